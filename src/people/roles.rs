//! Who may do what: the one permission table. Owns roles, what can be asked, and which role may; refuses keys,
//! which enforce the same a second time: whoever may not read holds no key either.
//!
//! One officer has one role. Administration, security and audit are three people's (三员分立: MLPS level 3,
//! GB/T 22239-2019 8.1.4), and none of the three ever stands in a tip.
//!
//! One invariant: what is not in the table is not allowed.

#[cfg(feature = "planted")]
pub mod planted;
mod standing;

use thiserror::Error;

pub use standing::{Relation, Standing};

/// What an officer is at the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 经办人: works on the agency's tips.
    Handler,
    /// 单位负责人: works on them too, answers for the agency's people and keys, entitled to identities.
    AgencyLead,
    /// 区级管理员: looks after the people of the branches of one district.
    DistrictAdmin,
    /// 市级督办: figures and clocks of all; content only of what was escalated.
    Supervisor,
    /// 联席会议办公室: figures only.
    JointOffice,
    /// 医疗机构报告人: fulfils the duty to report.
    HospitalReporter,
    /// 医疗机构责任人: sees to it that the institution's duty is fulfilled.
    HospitalLead,
    /// 热线话务员: takes calls.
    Operator,
    /// 安全管理员: confirms who is to be what, ends accounts.
    SecurityAdmin,
    /// 系统管理员: proposes accounts, keeps mailboxes and the machine in order.
    SystemAdmin,
    /// 安全审计员: reads the record, and nothing else.
    Auditor,
}

/// Something an officer wants to do with a tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Open danger, place and safe contact, and nothing else.
    ReadLife,
    /// Open the report, the thread and the files.
    Read,
    /// Ask to be shown who the reporter is.
    ReadContact,
    /// Decide what takes a second person.
    Approve,
    /// 破窗: see who the reporter is alone and at once, where somebody is in immediate danger.
    BreakGlass,
    /// Take it to work on.
    Claim,
    /// Read and write notes and reasons.
    Note,
    /// Write to the reporter.
    Reply,
    /// Accept, correct, refer, close.
    Decide,
    /// Release a text to a body that is told, and take it back.
    SendExcerpt,
    /// 复核: look a second time at what was set aside, and agree or not.
    Look,
}

/// Something that is not about one tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// See the queue of one's own agency and take from it.
    WorkQueue,
    /// Look after the people of one's own agency: invite, pass keys on, end, change between handler and lead.
    ManageAgency,
    /// Look after the people of the branches of one's own district.
    ManageBranches,
    /// Propose anybody for anything, and name mailboxes.
    ProposeStaff,
    /// Confirm or refuse what was proposed; end accounts.
    ConfirmStaff,
    /// See counts of all agencies.
    SeeFigures,
    /// See which agencies are late.
    SeeClocks,
    /// Read the record of who did and read what.
    ReadRecord,
    /// Agree that rows of the record leave the portal.
    ReleaseRecord,
    /// Read what other agencies released to one's own.
    ReadExcerpts,
    /// Draft a version of the plan and propose that it routes.
    ProposePlan,
    /// Agree that a version of the plan routes.
    ConfirmPlan,
}

/// What is asked of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// To do something with a tip towards which one's agency stands like this.
    Tip(Stand, Permission),
    /// Something that is not about one tip.
    Office(Right),
}

/// One way of standing towards a tip, as the table knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stand {
    /// As a relation says.
    As(Relation),
    /// First responder with the life facts only, because the tip accuses this very command.
    LifeOnly,
    /// A step above a tip whose deadline ran out before anybody acted.
    Escalated,
}

/// The text names no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a known word")]
pub struct UnknownWord;

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in the tables.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::people::roles::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::people::roles::UnknownWord> {
                Self::ALL.iter().copied().find(|it| it.as_str() == text).ok_or($crate::people::roles::UnknownWord)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words!(Role {
    Handler = "handler",
    AgencyLead = "agency_lead",
    DistrictAdmin = "district_admin",
    Supervisor = "supervisor",
    JointOffice = "joint_office",
    HospitalReporter = "hospital_reporter",
    HospitalLead = "hospital_lead",
    Operator = "operator",
    SecurityAdmin = "security_admin",
    SystemAdmin = "system_admin",
    Auditor = "auditor",
});
words!(Permission {
    ReadLife = "read_life",
    Read = "read",
    ReadContact = "read_contact",
    Approve = "approve",
    BreakGlass = "break_glass",
    Claim = "claim",
    Note = "note",
    Reply = "reply",
    Decide = "decide",
    SendExcerpt = "send_excerpt",
    Look = "look",
});
words!(Right {
    WorkQueue = "work_queue",
    ManageAgency = "manage_agency",
    ManageBranches = "manage_branches",
    ProposeStaff = "propose_staff",
    ConfirmStaff = "confirm_staff",
    SeeFigures = "see_figures",
    SeeClocks = "see_clocks",
    ReadRecord = "read_record",
    ReleaseRecord = "release_record",
    ReadExcerpts = "read_excerpts",
    ProposePlan = "propose_plan",
    ConfirmPlan = "confirm_plan",
});

/// What the three administrations are kept apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// Works on tips, or reports or counts them.
    Desk,
    /// Keeps the system.
    System,
    /// Keeps it safe.
    Security,
    /// Looks back at what was done.
    Audit,
}

impl Role {
    /// Whether whoever has the role may do this, which is not about one tip.
    pub fn has(self, right: Right) -> bool {
        allows(self, Ask::Office(right))
    }

    /// Whether the role works on tips: only such a member makes an agency able to lead.
    pub const fn works(self) -> bool {
        matches!(self, Self::Handler | Self::AgencyLead)
    }

    /// Whether the role holds its agency's keys. A supervisor needs them for what was escalated.
    pub const fn holds_keys(self) -> bool {
        matches!(self, Self::Handler | Self::AgencyLead | Self::Supervisor)
    }

    /// Which of the offices that are kept apart it belongs to. Nobody ever changes from one to another.
    pub const fn office(self) -> Office {
        match self {
            Self::SystemAdmin => Office::System,
            Self::SecurityAdmin => Office::Security,
            Self::Auditor => Office::Audit,
            _ => Office::Desk,
        }
    }
}

/// The one permission table.
pub fn allows(role: Role, ask: Ask) -> bool {
    #[cfg(feature = "planted")]
    if planted::is_loosened(role, ask) {
        return true;
    }
    use Permission::{Approve, BreakGlass, Claim, Look, Note, Read, ReadLife, Reply};
    use Relation::{Content, Excluded, FirstResponder, Ladder, Lead, Told};
    use Right::{
        ConfirmPlan, ConfirmStaff, ManageAgency, ManageBranches, ProposePlan, ProposeStaff, ReadExcerpts,
        ReadRecord, ReleaseRecord, SeeClocks, SeeFigures, WorkQueue,
    };
    use Role::{
        AgencyLead, Auditor, DistrictAdmin, Handler, HospitalLead, HospitalReporter, JointOffice, Operator,
        SecurityAdmin, Supervisor, SystemAdmin,
    };
    match (role, ask) {
        (_, Ask::Tip(Stand::As(Excluded), _)) => false,
        (Handler, Ask::Tip(Stand::As(Lead), what)) => !matches!(what, ReadLife | Approve | BreakGlass),
        (AgencyLead, Ask::Tip(Stand::As(Lead), what)) => !matches!(what, ReadLife | BreakGlass),
        (Handler | AgencyLead, Ask::Tip(Stand::LifeOnly, what)) => matches!(what, ReadLife),
        (Handler | AgencyLead, Ask::Tip(Stand::As(FirstResponder), what)) => {
            matches!(what, Read | BreakGlass | Claim | Note | Reply)
        }
        // The head of the body above: a small branch has nobody else to ask.
        (AgencyLead, Ask::Tip(Stand::As(Ladder) | Stand::Escalated, what)) => {
            matches!(what, Read | Approve | Look)
        }
        (Handler, Ask::Tip(Stand::As(Ladder) | Stand::Escalated, what)) => matches!(what, Read | Look),
        (Handler | AgencyLead, Ask::Tip(Stand::As(Content), what)) => matches!(what, Read),
        // That there is one stands in a list; there is nothing to do with it.
        (Handler | AgencyLead, Ask::Tip(Stand::As(Told), _)) => false,
        (Supervisor, Ask::Tip(Stand::Escalated, what)) => matches!(what, Read),
        (Handler, Ask::Office(right)) => matches!(right, WorkQueue | ReadExcerpts),
        (AgencyLead, Ask::Office(right)) => matches!(right, WorkQueue | ManageAgency | ReadExcerpts),
        (DistrictAdmin, Ask::Office(right)) => matches!(right, ManageBranches),
        (Supervisor, Ask::Office(right)) => matches!(right, SeeFigures | SeeClocks),
        (JointOffice, Ask::Office(right)) => matches!(right, SeeFigures),
        (SystemAdmin, Ask::Office(right)) => matches!(right, ProposeStaff | ProposePlan),
        (SecurityAdmin, Ask::Office(right)) => {
            matches!(right, ConfirmStaff | ReleaseRecord | ConfirmPlan)
        }
        (Auditor, Ask::Office(right)) => matches!(right, ReadRecord),
        // What they may do is not at this desk.
        (HospitalReporter | HospitalLead | Operator, Ask::Office(_)) => false,
        // A tip's content is for those who work on it.
        (
            DistrictAdmin | Supervisor | JointOffice | HospitalReporter | HospitalLead | Operator
            | SecurityAdmin | SystemAdmin | Auditor,
            Ask::Tip(..),
        ) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        assert!(Role::ALL.iter().all(|role| role.as_str().parse() == Ok(*role)));
        assert!(Right::ALL.iter().all(|right| right.as_str().parse() == Ok(*right)));
        assert!(Permission::ALL.iter().all(|it| it.as_str().parse() == Ok(*it)));
        assert_eq!("owner".parse::<Role>(), Err(UnknownWord));
    }

    #[test]
    fn administration_security_and_audit_have_no_right_in_common_and_none_in_a_tip() {
        let three = [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor];
        for right in Right::ALL {
            assert!(three.iter().filter(|role| role.has(*right)).count() <= 1, "{right}");
        }
        for (role, relation) in three.iter().flat_map(|role| Relation::ALL.iter().map(move |it| (role, it))) {
            let any = Permission::ALL.iter().any(|what| allows(*role, Ask::Tip(Stand::As(*relation), *what)));
            assert!(!any && !role.holds_keys(), "{role} {relation}");
        }
        assert_eq!(three.map(Role::office), [Office::System, Office::Security, Office::Audit]);
    }

    #[test]
    fn whoever_may_open_a_report_holds_keys_and_nobody_else_does() {
        for role in Role::ALL {
            let reads = allows(*role, Ask::Tip(Stand::As(Relation::Lead), Permission::Read));
            assert_eq!(reads, role.works(), "{role}");
            let escalated = allows(*role, Ask::Tip(Stand::Escalated, Permission::Read));
            assert_eq!(escalated, role.holds_keys(), "{role}");
        }
    }
}
