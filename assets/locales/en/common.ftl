# Texts that every page shares.
app-title = Homeward
lang-label = Language
exit-button = Leave quickly
exit-hint = Leaves this page for a weather page. Your browsing history is not erased.
skip-to-content = Skip to content
emergency-title = In danger right now?
emergency-110 = Call 110 (police)
emergency-12110 = Text 12110 (police, when you cannot speak)
emergency-120 = Call 120 (ambulance)
emergency-plain = Numbers: police 110, police by text 12110, ambulance 120.
error-busy-title = Too busy just now: not received
error-busy-text = What you wrote was not saved. Wait a minute and press send again; your text is still below. If it is urgent, call 110.
error-down-title = Not received just now
error-down-text = Something failed here and we cannot confirm that your text was received. Sending the same page again is safe and never makes two. If it is urgent, call 110.
error-many-title = Please wait a moment
error-many-text = Too many requests came from this network; this one was not handled. Try again shortly. If it is urgent, call 110.
error-size-title = Too large: not received
error-size-text = Text may have 20,000 characters, a photo 10 MB. Nothing was saved. Make it smaller and send again.
error-slow-title = Took too long: not received
error-slow-text = The network was too slow and the content did not arrive whole. Nothing was saved. Try again; you can send the text alone first.
error-foreign-title = Not received
error-foreign-text = This request did not come from a page of this site, and nothing was saved. Open the first page of this site and try again.
error-not-found-title = There is no such page
error-not-found-text = The address may be mistyped. Nothing was lost.
error-broken-title = Something went wrong
error-broken-text = This step was not finished. Go back and try again. If it is urgent, call 110.
error-incident = Incident { $id }
error-back-home = Back to the first page

# Notices by mail: something waits, and where to sign in; no number and no content.
mail-subject = Homeward duty notice ({ $urgency })
mail-urgency-immediate = immediate
mail-urgency-urgent = urgent
mail-urgency-normal = normal
mail-act = Something ({ $urgency }) waits for your agency. Please sign in and look.
mail-told = Your agency is told of a matter ({ $urgency }). Please sign in and look.
mail-added = A matter your agency handles ({ $urgency }) has an addition. Please sign in and look.
mail-sign-in = Sign in at: { $address }

# Answers of the API.
api-key = The Idempotency-Key is missing or shorter than 120 bits. Nothing was saved.
api-json = The body is not the agreed JSON. Nothing was saved.
api-fields = Some fields must be changed. Nothing was saved.
api-changed = Another body was received under this Idempotency-Key before; this one was not saved.
api-receipt = The receipt is wrong or no longer valid.
