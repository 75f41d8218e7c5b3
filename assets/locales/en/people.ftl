# People, roles, rights

people-not-your-office-title = Not part of your role
people-not-your-office = Your role does not include this, and the visit has been recorded. If your work needs it, speak to the head of your agency.
people-to-your-desk = Back to your desk
