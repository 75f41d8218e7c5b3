//! A set of bodies as one machine word. Owns set arithmetic over the places bodies take in the directory;
//! knows no codes. Invariant: a place is below [`BodySet::ROOM`], which loading checks once.

/// The place of a body in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BodyIx(pub(crate) u8);

impl BodyIx {
    /// The place as an index.
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// A set of bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BodySet(u64);

impl BodySet {
    /// How many bodies a directory may have.
    pub const ROOM: usize = 64;
    /// The set without members.
    pub const EMPTY: Self = Self(0);

    /// The set of one body.
    pub const fn one(body: BodyIx) -> Self {
        Self(1 << body.0)
    }

    /// Whether `body` is in it.
    pub const fn has(self, body: BodyIx) -> bool {
        self.0 & (1 << body.0) != 0
    }

    /// Whether it has no member.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many members it has.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// This set with `body` in it.
    #[must_use]
    pub const fn with(self, body: BodyIx) -> Self {
        Self(self.0 | 1 << body.0)
    }

    /// This set without `body`.
    #[must_use]
    pub const fn without(self, body: BodyIx) -> Self {
        Self(self.0 & !(1 << body.0))
    }

    /// Members of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Members of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Members of this one only.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every member is also in `other`.
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The members, in directory order.
    pub fn iter(self) -> impl Iterator<Item = BodyIx> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let at = u8::try_from(rest.trailing_zeros()).ok().filter(|at| *at < 64)?;
            rest &= rest - 1;
            Some(BodyIx(at))
        })
    }
}

impl FromIterator<BodyIx> for BodySet {
    fn from_iter<I: IntoIterator<Item = BodyIx>>(bodies: I) -> Self {
        bodies.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_follow_the_laws_of_sets() {
        let (a, b) = (BodyIx(0), BodyIx(63));
        let both: BodySet = [a, b].into_iter().collect();
        assert_eq!(both.iter().collect::<Vec<_>>(), [a, b]);
        assert_eq!(both.len(), 2);
        assert!(BodySet::one(b).within(both) && !both.within(BodySet::one(b)));
        assert_eq!(both.minus(BodySet::one(a)), BodySet::one(b));
        assert_eq!(both.and(BodySet::one(a)), both.without(b));
        assert!(BodySet::EMPTY.is_empty() && !both.has(BodyIx(7)));
    }
}
