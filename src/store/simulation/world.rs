//! The world of one seed: who is there, what goes wrong, and in which order everything happens. Owns the
//! scheduler and the faults; refuses invariants (the ledger's, and each actor's own).

use super::bench::{Bench, Held};
use super::carrier::Carrier;
use super::citizen::Citizen;
use super::city::{START, city};
use super::disk::Disk;
use super::officer::AtWork;
use super::portal::Portal;
use super::relay::Mood;
use super::shell::{Shell, poison};
use crate::store::planted::{Fault, arm};

/// How many things happen before the faults stop.
const EVENTS: usize = 180;

/// How many citizens there are at once, and in all.
const AT_ONCE: usize = 4;
const CITIZENS: usize = 9;

/// How many rounds of quiet all that is left may take.
const QUIET: usize = 400;

/// What may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Citizen,
    Officer,
    Courier,
    Commit,
    Idle,
    Wait,
    Mood,
    /// From here on: what goes wrong.
    SetClock,
    Lock,
    Fill,
    Unplug,
    Poison,
    Shell,
    Die,
    Crash,
}

/// How often each thing happens.
const USUAL: [(Event, u32); 7] = [
    (Event::Citizen, 30),
    (Event::Officer, 36),
    (Event::Courier, 40),
    (Event::Commit, 36),
    (Event::Idle, 3),
    (Event::Wait, 12),
    (Event::Mood, 2),
];

/// How often each thing goes wrong, in worlds where it does.
const FAULTS: [(Event, u32); 8] = [
    (Event::SetClock, 3),
    (Event::Lock, 4),
    (Event::Fill, 3),
    (Event::Unplug, 3),
    (Event::Poison, 4),
    (Event::Shell, 3),
    (Event::Die, 4),
    (Event::Crash, 3),
];

/// After these a courier may rest that should not.
const RINGS: [Event; 3] = [Event::Citizen, Event::Officer, Event::Courier];

/// The world.
pub(super) struct World {
    pub(super) bench: Bench,
    disk: Disk,
    shell: Shell,
    citizens: Vec<Citizen>,
    /// How many citizens there have been.
    born: usize,
    officers: Vec<AtWork>,
    carriers: Vec<Carrier>,
    events: Vec<(Event, u32)>,
    /// In how many of a hundred commits the disk fails, and the power.
    failing: (u8, u8),
}

impl World {
    /// The world of a seed.
    pub(super) fn of(seed: u64) -> Self {
        arm(None);
        let disk = Disk::holding(&city().database);
        let mut bench = Bench::new(seed, Portal::start(&disk));
        // Each world has its own kind of bad luck, so that rare faults also meet alone.
        let faults: Vec<_> = FAULTS.into_iter().filter(|_| bench.percent(55)).collect();
        let failing = (bench.one_of(&[0, 0, 4, 10]), bench.one_of(&[0, 0, 3, 6]));
        let citizens = (0..AT_ONCE).map(|name| Citizen::new(name, &mut bench)).collect();
        let carriers = (0..2).map(|name| Carrier::hired(name, &bench)).collect();
        // Two pairs of colleagues, who meet at the same tips.
        let pairs = bench.one_of(&[[0, 1, 2, 3], [0, 1, 4, 5], [2, 3, 4, 5]]);
        let officers = pairs.iter().map(|at| AtWork::at(&city().desks[*at])).collect();
        let events = USUAL.into_iter().chain(faults).collect();
        let shell = Shell::default();
        Self { shell, bench, disk, citizens, born: AT_ONCE, officers, carriers, events, failing }
    }

    /// Runs to the end.
    pub(super) fn run(&mut self) -> Held {
        for _ in 0..EVENTS {
            let event = self.next();
            self.happens(event)?;
            if RINGS.contains(&event) {
                self.carriers.iter().try_for_each(|carrier| carrier.check(&mut self.bench))?;
            }
        }
        self.calm();
        self.quiet()
    }

    fn next(&mut self) -> Event {
        let sum = self.events.iter().map(|(_, weight)| weight).sum();
        let mut at = self.bench.chance.u32(0..sum);
        for (event, weight) in &self.events {
            if at < *weight {
                return *event;
            }
            at -= weight;
        }
        Event::Wait
    }

    fn happens(&mut self, event: Event) -> Held {
        let Self { bench, citizens, born, officers, carriers, .. } = self;
        match event {
            Event::Citizen => {
                let who = bench.chance.usize(0..citizens.len());
                if citizens[who].is_done() && *born < CITIZENS {
                    citizens[who] = Citizen::new(*born, bench);
                    *born += 1;
                }
                citizens[who].act(bench)
            }
            Event::Officer => {
                let who = bench.chance.usize(0..officers.len());
                officers[who].act(bench)
            }
            Event::Courier => {
                let who = bench.chance.usize(0..carriers.len());
                carriers[who].act(bench)
            }
            Event::Commit => self.commit(),
            Event::Crash => self.crash(),
            Event::Shell => self.command_line(),
            _ => {
                self.changes(event);
                Ok(())
            }
        }
    }

    /// What changes in the world without anybody promising anything.
    fn changes(&mut self, event: Event) {
        let Self { bench, disk, .. } = self;
        match event {
            Event::Wait => {
                let most = bench.one_of(&[2, 2, 30, 300, 1_200]);
                bench.time.pass(bench.chance.i64(1..=most));
            }
            Event::SetClock => {
                let most = bench.one_of(&[90, 3_600, 6 * 3_600]);
                bench.time.set_off(bench.chance.i64(-most..=most));
            }
            Event::Mood => {
                bench.relay.mood = bench.one_of(&[Mood::Well, Mood::Flaky, Mood::Busy, Mood::Hostile]);
            }
            Event::Fill if bench.chance.bool() => disk.fill(),
            Event::Fill => disk.make_room(),
            Event::Unplug => disk.set_away(bench.chance.bool()),
            Event::Lock => self.shell.lock_or_release(disk),
            Event::Die => {
                let who = bench.chance.usize(0..self.carriers.len());
                self.carriers[who] = Carrier::hired(who, bench);
            }
            Event::Idle => {
                bench.portal.idle();
                disk.checkpointed();
            }
            Event::Poison => self.shell.poisons = true,
            _ => {}
        }
        bench.story.tell(format!("{event:?}, {}", (bench.time.now().0 - START.0) / 1000));
    }

    /// The writer takes a batch; now and then the disk fails at its commit, or the power.
    fn commit(&mut self) -> Held {
        if self.bench.portal.is_idle() && !self.shell.poisons {
            return Ok(());
        }
        let (fails, power) = (self.bench.percent(self.failing.0), self.bench.percent(self.failing.1));
        let fault = self.bench.one_of(&[Fault::CommitFails, Fault::CommitUnsure]);
        let before = power.then(|| self.disk.image());
        arm((fails || power).then_some(fault));
        let done = self.step();
        arm(None);
        if let Some(before) = before {
            self.bench.story.tell(format!("the power goes at the commit: {fault:?}"));
            self.disk.lose_power(Some(&before), &mut self.bench.chance);
            return self.start_again();
        }
        let trouble = match (fails, self.bench.portal.is_spent()) {
            (true, _) => ", while the disk failed",
            (_, true) => ", the disk is full",
            _ => "",
        };
        self.bench.story.tell(format!("a batch, {done:?}{trouble}"));
        if fails && fault == Fault::CommitUnsure {
            self.disk.committed(self.bench.portal.synchronous);
        }
        self.look(done)
    }

    /// One batch; gives what the engine says of flushing, if it was answered as done.
    fn step(&mut self) -> Option<i64> {
        let most = self.bench.chance.usize(1..10);
        let poisoned = std::mem::take(&mut self.shell.poisons).then(poison);
        let room = self.disk.room(self.bench.portal.is_spent());
        self.bench.portal.step(most, room, poisoned)
    }

    fn look(&mut self, done: Option<i64>) -> Held {
        if let Some(synchronous) = done {
            self.disk.committed(synchronous);
        }
        let Bench { ledger, portal, story, .. } = &mut self.bench;
        ledger.looks(portal, story.moment(), done.is_some())
    }

    /// The command line writes beside the running portal.
    fn command_line(&mut self) -> Held {
        let done = self.shell.moves_the_directory_on(&self.disk, self.bench.time.now());
        self.bench.story.tell(format!("the command line writes: {done:?}"));
        self.look(done)
    }

    /// The process is killed, or the power goes; between steps, or in the middle of a checkpoint.
    fn crash(&mut self) -> Held {
        match self.bench.chance.u8(0..3) {
            0 => self.disk.kill(),
            1 => self.disk.lose_power(None, &mut self.bench.chance),
            _ => {
                let before = self.disk.image();
                self.bench.portal.idle();
                self.disk.lose_power(Some(&before), &mut self.bench.chance);
            }
        }
        self.bench.story.tell("a crash".into());
        self.start_again()
    }

    /// A new process on what is left.
    fn start_again(&mut self) -> Held {
        for citizen in &mut self.citizens {
            citizen.cut_off(&mut self.bench)?;
        }
        self.officers.iter_mut().for_each(AtWork::cut_off);
        self.shell.release();
        self.disk.set_away(false);
        self.bench.portal = Portal::start(&self.disk);
        self.carriers = (0..2).map(|name| Carrier::hired(name, &self.bench)).collect();
        let Bench { ledger, portal, story, .. } = &mut self.bench;
        ledger.starts(portal, story.moment())
    }

    /// Nothing goes wrong any more.
    fn calm(&mut self) {
        self.shell.release();
        self.shell.poisons = false;
        self.disk.set_away(false);
        self.disk.make_room();
        self.bench.relay.mood = Mood::Well;
        self.failing = (0, 0);
        self.bench.story.tell("all is calm".into());
    }

    /// Until every citizen has a receipt and every notice has left.
    fn quiet(&mut self) -> Held {
        for _ in 0..QUIET {
            self.everybody_once()?;
            if self.is_done()? {
                return self.ends();
            }
            self.bench.time.pass(300);
        }
        Err(super::bench::Broken("everything comes to an end once faults stop: something waits".into()))
    }

    fn everybody_once(&mut self) -> Held {
        self.bench.portal.idle();
        self.disk.checkpointed();
        for _ in 0..6 {
            for citizen in self.citizens.iter_mut().filter(|citizen| !citizen.has_receipt()) {
                citizen.act(&mut self.bench)?;
            }
            for carrier in &mut self.carriers {
                carrier.act(&mut self.bench)?;
            }
            self.commit()?;
        }
        Ok(())
    }

    fn is_done(&mut self) -> Result<bool, super::bench::Broken> {
        let waiting = self.bench.portal.read(crate::store::outbox::waiting).map_err(super::ledger::unread)?.0;
        Ok(waiting == 0 && self.citizens.iter().all(Citizen::has_receipt))
    }

    fn ends(&mut self) -> Held {
        for citizen in &mut self.citizens {
            citizen.open(&mut self.bench)?;
        }
        self.commit()?;
        let Bench { ledger, portal, relay, .. } = &mut self.bench;
        ledger.settles(portal, relay)
    }
}
