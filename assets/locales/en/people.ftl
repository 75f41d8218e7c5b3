# People, roles, rights

people-not-your-office-title = Not part of your role
people-not-your-office = Your role does not include this, and the visit has been recorded. If your work needs it, speak to the head of your agency.
people-to-your-desk = Back to your desk

# Roles
people-role-handler = Handler
people-role-agency-lead = Head of agency
people-role-district-admin = District administrator
people-role-supervisor = Municipal supervisor
people-role-joint-office = Joint conference office
people-role-hospital-reporter = Hospital reporter
people-role-hospital-lead = Hospital duty lead
people-role-operator = Hotline operator
people-role-security-admin = Security administrator
people-role-system-admin = System administrator
people-role-auditor = Auditor

# Invitations
people-invitations-title = Invitations
people-waiting = Waiting
people-waiting-none = Nothing is waiting. An invitation stands here until its person has set a password.
people-col-name = Name
people-col-login = Sign-in name
people-col-agency = Agency
people-col-role = Role
people-col-state = Progress
people-is-reset = new password
people-state-proposed = Waits for the security administrator
people-state-open = Ready to hand over
people-state-handed-over = Code handed over, not used yet
people-until = valid until
people-confirm = Agree
people-decline = Refuse
people-make-code = Make a code
people-withdraw = Take back
people-invite = Invite somebody
people-invite-hint = One account for one person, never shared. Give the code in person or by phone; it is valid for three days.
people-invite-hint-proposed = A security administrator confirms what you propose; then you make the code and hand it over. Nobody confirms their own proposal.
people-invite-button = Submit
people-code-title = Invitation code
people-code-once = The code is shown only now. If it was not written down, make a new one; the old one stops working.
people-code-address = Open this address
people-code-code = Invitation code
people-code-how = Tell the person face to face or by phone, not by mail or chat. Once they have entered the code and set a password of their own, it is used up.
people-back-to-invitations = Back to the invitations
people-refused-login = Not saved: a sign-in name has 2 to 64 letters, digits or . - _ @.
people-refused-name = Not saved: enter a name of up to 60 characters.
people-refused-scope = Not saved: your role cannot give that role at that agency.
people-refused-taken = Not saved: the sign-in name is in use, or an invitation for it is waiting. Choose another, or take the earlier invitation back first.
people-refused-oneself = Not done: what you proposed yourself is confirmed by somebody else.
people-refused-gone = Not done: the invitation was used, taken back or has expired. The list below is up to date.

# Using a code
people-join-title = Use an invitation code
people-join-code = Invitation code
people-join-new-password = New password
people-join-password-hint = At least { $least } characters; a sentence you remember is good. The password is the key that opens tips. It is kept nowhere and cannot be found again.
people-join-password-again = Password once more
people-join-button = Set password and start
people-join-gone = Not done: the code is wrong, used or expired. Check it; if it still fails, ask whoever invited you for a new one.
people-join-short = Not done: the password is too short. The code is still valid; choose a longer one.
people-join-long = Not done: a password has 256 characters at most. The code is still valid; choose another.
people-join-guessed = Not done: that password is guessed first. Leave out names, the agency, dates, common passwords and keyboard runs. The code is still valid; choose another.
people-join-again = Not done: the two passwords differ. The code is still valid; enter them again.
people-joined-title = Ready
people-joined = The password is set and the code is used up.
people-joined-login = Your sign-in name is
people-joined-keys = If your agency has other members, its head still has to pass the agency's keys on to you before you can open tips.

# Other places
people-link = People
people-places = Other work
people-no-desk = Your role has no work at this desk. If that is wrong, speak to an administrator.
figures-link = Figures and clocks
figures-title = Open work
figures-none = Nothing is open.
figures-late = Late
figures-small-hint = Counts only; numbers below 5 are not shown, so that nobody is recognised by them.
figures-escalated = Let go late
figures-escalated-hint = Tips that a body below has not acted on in time. You may open them; each reading is recorded.
figures-escalated-none = Nothing is late.
figures-open = Read

# Using the recovery key
people-recovery-link = Recovery key
people-recovery-title = Using the recovery key
people-recovery-intro = For an agency where nobody holds the keys any more. The system administrator asks, the security administrator agrees, and it works once within a day, at the machine. The agency is told, and it is on record.
people-recovery-none = No requests.
people-recovery-reason = Reason (the security administrator will see it)
people-recovery-incomplete = Not sent: choose the agency and give a reason of up to 2,000 characters.
people-recovery-many = Not sent: ten requests of yours wait already. Wait for them first.
people-recovery-past = Not done: this was decided, used or has expired.
people-recovery-asked = Waits for the security administrator
people-recovery-granted = Granted, works once
people-recovery-refused = Refused
people-recovery-over = Expired
people-recovery-used = Used
mail-recovery = PLEASE CHECK: the recovery key was used to pass on your agency's keys. If you do not know of it, speak to the security administrator at once.

# Duty mailboxes
mailboxes-link = Mailboxes
mailboxes-title = Duty mailboxes
mailboxes-intro = Notices go to confirmed mailboxes only; an agency without one cannot lead, and its tips go to the body above. Until a new one is confirmed the old one stays in use.
mailboxes-col-agency = Agency
mailboxes-col-confirmed = In use
mailboxes-col-wanted = To be confirmed
mailboxes-address = New duty mailbox
mailboxes-address-hint = A code goes there and counts for a week. Whoever reads that mailbox tells it to you, or the head of the agency signs in and types it here.
mailboxes-send = Send the code
mailboxes-find = Find an agency
mailboxes-empty = No such agency, or no mailbox has been named yet.
mailboxes-more = The first 60 agencies; look for the others by name.
mailboxes-none = none
mailboxes-since = confirmed
mailboxes-over = Expired; send it again
mailboxes-code = The code in the mail
mailboxes-confirm = Confirm
mailboxes-done-named = The code is on its way. If it does not arrive within minutes, check the address and the mail settings.
mailboxes-done-confirmed = Confirmed: notices go there from now on.
mailboxes-incomplete = Not sent: choose the agency and type a whole address.
mailboxes-no-such-code = Not confirmed: the code is wrong or has expired. Compare it with the mail; if it has expired, send another.
mailboxes-not-yours = Not done: this is not your role's.
mail-confirm = Somebody asks that this mailbox become your agency's duty mailbox at the Homeward portal. The code: { $code }. If you agree, tell it to the system administrator, or let the head of your agency sign in and type it. If you know nothing of this, tell it to nobody.
mail-moved = Somebody asks that your agency's duty mailbox become another one. If your agency did not ask for that, speak to the security administrator at once.
