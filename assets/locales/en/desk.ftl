# The desk's texts: for officers only.
desk-title = Homeward desk
desk-sign-out = Sign out
desk-sign-in-title = Sign in to the desk
desk-sign-in-name = User name
desk-sign-in-password = Password
desk-sign-in-button = Sign in
desk-sign-in-hint = Your password is the key that opens tips. It is not stored and cannot be recovered. If you have lost it, ask your agency's administrator.
desk-to-sign-in = Go to sign-in
desk-session-over-title = Signed out: not saved
desk-session-over-text = You signed out, or nothing happened for too long. What you just typed was not saved; it is still on the page before this one. Copy it, sign in again, and send it again.
desk-foreign-title = Not done
desk-foreign-text = This request did not come from a page of the desk, so nothing was done. Open the page from the desk and try again.

# The queue
desk-queue-title = Queue
desk-tabs-label = Lists
desk-tab-agency = Our queue
desk-tab-agency-hint = Tips your agency leads or responds to first, the most pressing on top. Opening one that nobody has claims it for you.
desk-tab-agency-empty = Nothing waits. New tips appear here, and a mail goes to the duty mailbox.
desk-tab-mine = Mine
desk-tab-mine-hint = Tips you have claimed that are not closed.
desk-tab-mine-empty = You hold no tips. Open one from “Our queue” to claim it.
desk-tab-ladder = Below us
desk-tab-ladder-hint = Tips led elsewhere that your agency oversees. You may read them.
desk-tab-ladder-empty = No tips below you are open.
desk-tab-told = Told
desk-tab-told-hint = You are told that these exist: category, place, urgency, lead and time. Those marked “Given the content” can be opened and read.
desk-tab-told-empty = Your agency has not been told of any tip.
desk-count-overdue = { $n } overdue
desk-more = Next page
desk-next-button = Take the next tip
desk-next-none = There was no tip to take: your queue holds none that is free to claim. Nothing was claimed.
desk-next-unsure = The database did not confirm that a tip was taken. If one was, it stands below; if none stands there, take the next one again.
desk-col-lane = Urgency
desk-col-number = Number
desk-col-category = Category
desk-col-district = Place
desk-col-received = Received
desk-col-deadline = Deadline
desk-col-status = Status
desk-col-holder = Handled by
desk-col-open = Open
desk-open-claim = Claim and open
desk-open-read = Open
desk-holder-me = Me
desk-holder-none = Unclaimed
desk-holder-is-me = With me
desk-holder-is = With { $name }
desk-minor-tag = Minor

# Urgency, status, time
desk-lane-immediate = Immediate
desk-lane-urgent = Urgent
desk-lane-normal = Normal
desk-status-new = New
desk-status-claimed = Claimed
desk-status-referred = Referred, unclaimed
desk-status-accepted = Accepted
desk-status-waiting = Waiting for the reporter
desk-status-closed = Closed
desk-today = today { $time }
desk-yesterday = yesterday { $time }
desk-tomorrow = tomorrow { $time }
desk-just-now = just now
desk-ago-minutes = { $n ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
desk-ago-hours = { $n ->
    [one] { $n } hour ago
   *[other] { $n } hours ago
}
desk-ago-days = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
desk-left-minutes = { $n ->
    [one] { $n } minute left
   *[other] { $n } minutes left
}
desk-left-hours = { $n ->
    [one] { $n } hour left
   *[other] { $n } hours left
}
desk-left-days = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
}
desk-overdue-minutes = { $n ->
    [one] { $n } minute overdue
   *[other] { $n } minutes overdue
}
desk-overdue-hours = { $n ->
    [one] { $n } hour overdue
   *[other] { $n } hours overdue
}
desk-overdue-days = { $n ->
    [one] { $n } day overdue
   *[other] { $n } days overdue
}

# A tip
desk-tip-title = Tip { $number }
desk-damaged = Part of this tip does not open: it may be damaged, or you have not been granted the key yet. Ask an administrator; do not take it for empty.
desk-life-title = What is needed to save a life
desk-life-hint = Only what is needed to save a life: the danger, the place, and a safe contact.
desk-life-category = Somebody in danger: rescue first
desk-life-acts = Send help at once. The lead agency keeps the record of what is done.
desk-safe-contact = Safe contact
desk-report-title = Report
desk-no-text = No text, only a photo.
desk-suspicious = This seems to have been filled in by a program. Judge for yourself whether it is genuine.
desk-facts-title = Facts
desk-category = Category
desk-district = Place
desk-point = Shared position
desk-point-between = near a border, may be in { $districts }
desk-point-outside = outside the city
desk-point-differs = This is not the district the tip stands in. Please check.
desk-urgency = Urgency
desk-place-unknown = District unknown
desk-danger = In danger now
desk-minor = Under eighteen
desk-language = Language of the report
desk-identity = Reporter
desk-identity-anonymous = Anonymous
desk-identity-confidential = Confidential
desk-identity-named = Named
desk-consent = May the police read it
desk-consent-yes = Yes
desk-consent-ask = Ask the person first
desk-consent-no = No
desk-exclude = Named as must not see this
desk-exclude-words = Who must not see this, in their words
desk-received-exactly = Received
desk-yesno-yes = Yes
desk-yesno-no = No
desk-yesno-unknown = Not known
desk-nothing-given = Not given
desk-none = None
desk-optional = (optional)
desk-choose = Choose
desk-pictures-title = Photos
desk-pictures-hint = Each viewing is recorded. A photo opens grey and blurred first.
desk-picture = Photo { $number } ({ $size } KB)
desk-picture-unveil = Show it clearly
desk-picture-alt = Photo { $number } sent with the report
desk-picture-keep = Download
desk-thread-title = Messages
desk-thread-empty = Nothing has been added or answered yet.
desk-reporter = Reporter
desk-some-agency = Handling agency
desk-asked-tag = Answer asked for
desk-notes-title = Notes
desk-notes-hint = Only the handling agencies see these; the reporter does not.
desk-notes-empty = No notes yet.

# Who the reporter is
desk-contact-title = Reporter's contact
desk-contact-open = See the contact
desk-contact-hint = The contact is sealed apart. Say why you need it; the reason and the viewing are recorded.
desk-contact-reason = Why you need it
desk-contact-name = Name to use
desk-contact-phone = Telephone or another way
desk-contact-note = How to reach them safely
desk-contact-shown-once = Shown this once. After you leave the page, a reason is needed again.

# What can be done
desk-acts-title = What to do
desk-claim-first = Claim it first; then you can accept, answer and close.
desk-closed-hint = Closed. It opens again when the reporter adds something; you can still write notes.
desk-read-only-hint = Your agency may read this tip; the lead agency handles it.
desk-claim-button = Claim
desk-accept-button = Accept
desk-reply-title = Answer the reporter
desk-reply-hint = The reporter sees this with the receipt words, under your agency's name, never yours. Write nothing that could expose them.
desk-reply-label = Answer
desk-reply-ask = I need an answer (the status becomes “We need more from you”)
desk-reply-button = Send answer
desk-note-title = Add a note
desk-note-label = Note
desk-note-button = Save note
desk-correct-title = Correct category, place or urgency
desk-correct-hint = The plan then decides again who leads and who is told. Agencies no longer concerned can no longer read it. The time of receipt stays.
desk-urgency-by-rule = As category and report say
desk-correct-button = Correct
desk-refer-title = Refer
desk-refer-hint = Another agency takes the lead; the keys go with it and the deadline stays. Agencies that must not see it, or have nobody now, are not listed.
desk-refer-agency = Refer to
desk-agencies-municipal = Municipal
desk-agencies-district = District
desk-refer-button = Refer
desk-reason-label = Reason (only handling agencies see it)
desk-close-title = Close
desk-outcome = Outcome
desk-outcome-rescued = Freed or found
desk-outcome-case_opened = Criminal case opened
desk-outcome-administrative = Administrative action
desk-outcome-supported = Supported or housed
desk-outcome-answered = Answered
desk-outcome-unfounded = Nothing found
desk-outcome-duplicate = Duplicate
desk-outcome-not_ours = Not a matter for this portal
desk-close-reply-label = Last word to the reporter
desk-close-button = Close tip

# Not done
desk-not-done-title = Tip { $number }: not done
desk-changed-title = Tip { $number } has changed since you opened it
desk-changed-text = Since you opened this tip:
desk-nothing-done = Nothing was done; what you typed is still below. Look, then decide whether to send it again.
desk-back-to-tip = Back to the tip
desk-act-busy = Too busy just now; nothing was saved. Try again in a minute.
desk-act-unconfirmed = We cannot confirm that this was saved. Look at the tip first, then decide whether to send it again.
desk-refused-empty = A field that is needed is empty. Please fill it in.
desk-refused-long = Too long: a text may have 20,000 characters, a reason 2,000. Please shorten it.
desk-refused-not-now = The tip cannot be handled this way as it stands. Claim it first if nobody has it; a closed one takes notes only.
desk-refused-held = A colleague is handling this tip; it was not claimed.
desk-refused-unchanged = That is how it stands already; there is nothing to change.
desk-refused-forbidden = Your agency may only read this tip now; the lead agency handles it.
desk-refused-same = That agency leads already.
desk-refused-takes-none = It cannot be referred to that agency. Choose one from the list.
desk-refused-unmanned = That agency has nobody who could read it now. Refer it to another.
desk-refused-no-key = You do not hold the key to this tip yet. Ask an administrator.
desk-refused-reseal = An agency that must read it has no key yet, so it cannot be handed over. Ask an administrator.
desk-refused-outcome = Choose an outcome.
desk-refused-agency = Choose the agency to refer it to.
desk-refused-facts = The category, place or urgency is not on the list, or nobody could lead. Choose again.

# Why it is here
desk-why-title = Why it is here
desk-why-lead = Lead: { $agency }
desk-rule = Rule { $rule }, plan of { $version }
desk-clauses = Clauses
desk-agencies-title = Agencies
desk-relation-lead = Lead
desk-relation-first = First responder
desk-relation-ladder = Overseeing
desk-relation-content = Given the content
desk-relation-told = Told
desk-relation-excluded = Must not know
desk-access-full = may read everything
desk-access-life = has only what is needed to save a life
desk-clocks-title = Clocks
desk-received = Received
desk-deadline = First action due
desk-acted = First action done
desk-first-action = First action
desk-closed-at = Closed
desk-calculation = How the deadline was worked out
desk-calc-wall = Received { $received }, plus { $minutes } minutes, day and night: { $due }.
desk-calc-days = From { $from }, plus { $days } working days: { $due }. Not counted: { $skipped }.
desk-calc-own = This tip was opened again; its deadline was worked out anew from then.
desk-history-title = History
desk-reason-sealed = The reason is sealed; you hold no key to it.
desk-event-received = Report received
desk-event-claimed = Claimed by { $agency }
desk-event-accepted = Accepted by { $agency }
desk-event-noted = Note added
desk-event-replied = { $agency } answered the reporter
desk-event-asked = { $agency } asked the reporter for more
desk-event-corrected = Corrected by { $agency }
desk-event-rerouted = Corrected by { $agency }; the lead changed with it
desk-event-referred = { $from } referred it to { $to }
desk-event-closed = Closed by { $agency }
desk-event-added = The reporter added something
desk-event-reopened = The reporter added something; the tip opened again
desk-event-contact-opened = { $agency } looked at the reporter's contact
desk-may-be-told = May be told, was not
desk-not-told-why = At intake only those are told who are needed. The bodies above may be told by the plan; the officer decides whether to refer or to release an excerpt. Those standing back are reached by no path; all others are in no bracket of the plan.
desk-steps-title = First steps
