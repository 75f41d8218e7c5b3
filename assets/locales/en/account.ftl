# The second step of signing in, and an officer's own account.

sign-in-refused = Not signed in: name, password and second step do not go together.
sign-in-refused-help = Check all three and try again. A code changes every 30 seconds and works once. Many wrong tries slow you down; they never lock you out. If you have neither phone nor passkey with you, use a recovery code; if you have lost your password, ask the head of your agency for a new one.
sign-in-code = Code
sign-in-code-optional = (leave empty if you have not set up a second step)
sign-in-code-hint = The 6 digits your authenticator app shows, or a recovery code.
sign-in-passkey-button = Sign in with a passkey (after name and password)
sign-in-passkey-failed = The passkey was not used. Try again, or type a code instead.
sign-in-passkey-elsewhere = Passkeys do not work at this address. Open { $address } instead.

account-title = My account
account-link = My account
account-to-account = To my account
account-enrol-first-title = Set up a second step first
account-enrol-first-text = This request was not carried out. You have not set up a second step yet; once you have, you can use the desk.
account-enrol-first-why = A password alone is not enough: when somebody sees or guesses it, the second step keeps them out. Once it is set up you can use the desk. Choose either way, or set up both.
account-last-time = Last sign-in:
account-first-time = This is your first sign-in.

account-factors = Second step
account-factors-required = This portal requires at least one; the last one cannot be removed. When you change phones, set up the new one: it takes the place of the old.
account-factors-optional = Once set up, it is needed at each sign-in.
account-factors-none = Not set up yet.
account-app = authenticator app
account-passkey = passkey
account-added = set up
account-remove = Remove
account-app-enrol = Set up an authenticator app
account-app-replace = Change the authenticator app
account-passkey-enrol = Add a passkey
account-name = Give it a name
account-name-optional = (optional)
account-password-again = Your present password

account-app-title = Set up an authenticator app
account-app-step-scan = Scan this QR code with the authenticator app on your phone.
account-app-qr = QR code for the authenticator app
account-app-by-hand = If you cannot scan it, type this into the app (time-based, 6 digits, 30 seconds):
account-app-step-code = Type the 6 digits the app shows into the form below. Only then does it count.
account-app-code = Code the app shows
account-app-button = Set up
account-app-name-default = Phone

account-passkey-title = Add a passkey
account-passkey-what = A passkey lives in this computer, a phone or a security key, and is confirmed by fingerprint, face or PIN. It comes with the password and does not replace it.
account-passkey-script = Adding a passkey needs script in your browser. If you cannot turn it on, use an authenticator app.
account-passkey-button = Add
account-passkey-name-default = This device
account-passkey-nowhere = The desk's address does not begin with https, so browsers offer no passkeys. Use an authenticator app, or ask the system administrator to set the desk's address.

account-codes = Recovery codes
account-codes-left = { $n ->
    [one] 1 left.
   *[other] { $n } left.
 }
account-codes-hint = When you have neither phone nor passkey with you, a recovery code stands in for the code. Each works once.
account-codes-renew = Make new recovery codes (the old ones end)
account-codes-done = Set up.
account-codes-once = These are your { $n } recovery codes. They are shown this once.
account-codes-where = Write them down or print them, and keep them like an identity card, not with your password or phone. All earlier codes have ended.
account-codes-kept = I have kept them; on to the desk

account-password = Password
account-password-change = Change password
account-password-fresh = New password
account-password-repeat = New password once more
account-password-rule = At least { $n } characters, at most 256. A sentence is fine; so are spaces, any script, and pasting. Not what people guess first: names, agency, dates, "homeward", neighbouring keys, repeated characters.
account-password-effect = Wherever else you are signed in, that ends. The keys to your tips stay the same.

account-sessions = Where you are signed in
account-sessions-hint = The portal keeps no network address and no device, only times and how you signed in. If you do not recognise one, end it and change your password.
account-session-opened = signed in
account-session-seen = last used
account-session-this = here
account-session-end = End
account-sessions-end-others = End all others
account-by-password = password only
account-by-totp = password and authenticator app
account-by-passkey = password and passkey
account-by-recovery = password and recovery code

account-done-app-added = The authenticator app is set up.
account-done-app-removed = The authenticator app was removed.
account-done-passkey-added = The passkey was added.
account-done-passkey-removed = The passkey was removed.
account-done-codes-renewed = The recovery codes are new.
account-done-codes-kept = The recovery codes are new.
account-done-password-changed = The password is changed; all other sessions have ended.
account-done-sessions-ended = Ended.

account-nothing-changed = Nothing was changed. Please fill in the form again.
account-refused-password = The password is wrong.
account-refused-code = The code is wrong or its time is over. Type the 6 digits the app shows now; if it is never right, check the phone's clock.
account-refused-passkey = No passkey of this device arrived, or it took too long. Try again.
account-refused-form = The page was incomplete. Open it again and retry.
account-refused-busy = Too many passwords are being checked just now. Try again in a moment.
account-refused-down = The system failed, so this was not done. Try again in a moment.
account-refused-overtaken = This was just changed elsewhere. Open this page again and retry.
account-refused-unknown = There is no such entry; it may have been removed already.
account-refused-last = This is the last second step and cannot be removed. Set up another one first.
account-refused-many = At most 8 passkeys. Remove one you do not use first.
account-refused-there = This passkey was added before.
account-refused-differ = The two new passwords differ.
account-refused-length = The new password is too short or too long.
account-refused-guessed = This password is one that people guess first. Take another: a few unrelated words in a row are good.

account-news-title = How you sign in has changed
account-news-app-added = An authenticator app was set up:
account-news-app-removed = The authenticator app was removed:
account-news-passkey-added = A passkey was added:
account-news-passkey-removed = A passkey was removed:
account-news-codes-renewed = New recovery codes were made:
account-news-code-used = A recovery code was used:
account-news-password-changed = The password was changed:
account-news-not-you = If that was not you, change your password and end the other sessions in your account at once, and tell your agency's administrator.
account-news-on = That was me; on to the desk
