# The daily seals: the public page
record-footer = The daily seals
record-title = The daily seals
record-lead = Each report that comes in is turned into one line of digits that night, and put into a public record. If anybody quietly took one out, or changed one, the seals below would no longer fit.
record-newest = The last days
record-none = None yet. The first seal is made tonight.
record-size = { $size } lines, seal:
record-all = All seals (a list for computers)
record-what-title = What this is
record-what-leaf = A line does not tell who sent it, what was written, or which report it is. Only whoever has the receipt can tell which line is theirs.
record-what-filled = The number of lines is filled up to a multiple of 64, so it does not tell how many reports a day brought.
record-what-fixed = A seal never changes once it is published. Each day's seal is joined to all the days before it.
record-check-title = How to check
record-check-own = If you sent a report: open it with your receipt and press “Prove that my report is still in the record”. You can keep a small file.
record-check-anybody = Anybody: write a seal down, or keep the list. Whenever you look again, the seal of the same day must be the same to the letter.
record-check-tool = If you know computers: the program homeward proof verify checks file, list and receipt without a network, and without trusting this site.

# The way there from the thread
prove-note = If you want to know whether somebody has taken it out, you can look now.
prove-button = Prove that my report is still in the record

# The proof
proof-title = Is your report still in the record?
proof-included = Yes. It stands in the record of { $day } and fits the seal that was published for that day.
proof-waiting = It was received and is not sealed yet. What comes in on { $day } enters the record after midnight. Please look again tomorrow.
proof-erased = Your report was erased on { $day }, as the rules say. Its line in the record stays and tells nothing.
proof-before = Your report came in before there was a record, so there is no proof. The report itself is there; you can read it as before.
proof-wrong-title = There is no proof now
proof-wrong = Your report and the published seals do not fit. This was noted, and whoever runs the portal is alarmed. Please remember today's date and look again in a few days.
proof-keep-title = Keep the proof
proof-keep = You can keep a small file. If somebody says later that there was no such report, this file, your receipt and a published seal prove that there was.
proof-keep-tells = Somebody who finds the file learns that whoever has it sent a report on that day; not which one, and not what it says. If that does not feel safe, do not keep it.
proof-keep-button = Keep the file
proof-how = What the seals are, and how to check them
proof-back = Back to your report

api-record-sizes = Name two published sizes as from and to, the smaller one first.
