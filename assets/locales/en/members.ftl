# People and keys
members-title = Members
members-hint = Only people you look after are listed here. Everything done here is put on record.
members-find = Find by agency, name or sign-in name
members-find-button = Find
members-empty = Nobody fits.
members-back = Back to the members
members-not-done = Not done
members-col-name = Name
members-col-login = Sign-in name
members-col-agency = Agency
members-col-role = Role
members-col-keys = Keys
members-col-since = From and to
members-col-do = Actions
members-keys-held = Holds the keys
members-keys-waits = Waits for the keys
members-keys-none = No keys
members-keys-gone = Ended
members-ended = ended
members-leaving-since = ending since

# Passing the keys on
members-pass-on-title = Somebody waits for the keys
members-pass-on-text = { $n ->
    [one] One member of your agency has no keys yet and can open no tip. Once they are passed on, they can read and work.
   *[other] { $n } members of your agency have no keys yet and can open no tip. Once they are passed on, they can read and work.
}
members-pass-on = Pass the keys on
members-keys-changed = Members or keys have just changed, and nothing was passed on. Go back and try once more.

# Changing and ending
members-make = Make { $role }
members-reset = New password
members-end-sessions = Sign out everywhere
members-end = End the account
members-end-title = End the account
members-end-ask = End the account of { $name } (sign-in name { $login }), { $agency }? This cannot be taken back.
members-end-what-1 = They are signed out at once and cannot sign in again; their keys are taken back.
members-end-what-2 = Tips they work on go back to the agency's queue for others to take.
members-end-what-3 = If nobody else at the agency can open its tips, these are handed to the body above first, and the account ends when all have gone.
members-done-ended = The account has ended.
members-done-leaving = The tips are being handed to the body above; the account ends by itself when all have gone. Load this page again in a while.
members-done-stays = Some tip has nobody who could take it, so the account was not ended. Invite somebody to that agency and pass the keys on first.
members-done-sessions = They are signed out everywhere.
members-done-changed = The role was changed; they have to sign in again.
members-done-passed = The keys were passed on.
members-done-rotated = The keys were replaced; the old envelopes are being sealed anew one by one.
members-gone = There is no such member, or the account has ended.
members-again = They took a tip at this very moment, so nothing was done. Try once more.
members-last = Nobody else at this agency can open its tips, and no body above could take them, so nothing was done. Invite somebody and pass the keys on first; where nobody can, grant them with the recovery key (homeward user grant).

# A tip that changed hands
desk-event-handed-on = With the recovery key, what { $from } had kept sealed was handed to { $to }
desk-event-rehomed = Nobody left at { $from }: handed to { $to }
desk-event-released = Whoever worked on it is gone: back in the queue
members-notes-behind = Notes from before it changed hands stay sealed to the agency that had it, and cannot be opened here. If they are needed, ask whoever keeps the recovery key.
members-identity-behind = Who the reporter is stays sealed to the agency that had the tip, and cannot be opened here. If it is needed, ask whoever keeps the recovery key.

# Replacing the keys
members-rotate-title = Replace the agency's keys
members-rotate = Replace the keys
members-rotate-hint = Do so when somebody who held them has left, or when they may have got into other hands.
members-rotate-ask = Replace your agency's keys?
members-rotate-what-1 = The new keys go at once to everybody at your agency who is to hold them, and a copy is sealed to the recovery key.
members-rotate-what-2 = Tips that come in from then on open with the new keys only.
members-rotate-what-3 = Earlier tips are sealed anew in the background while members are signed in; when all are, the old keys are taken back. Work on tips goes on as before.
members-rotating = Sealing to the new keys: { $done } done, { $left } still to look at.
members-rotating-hint = It goes on only while somebody who holds the keys is signed in, and takes up where it was broken off.
members-rotated = The last replacement is complete and the old keys were taken back:
