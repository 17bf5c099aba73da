use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::thread;

use uuid::Uuid;

use super::*;

const DEADLINE: Duration = Duration::from_secs(30);

/// Tests of one process share its listeners.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn bell(file: &Uuid) -> Bell {
    Bell::new(Some(file.into_bytes()))
}

/// Listens until the flag is cleared.
fn listen(bell: &Bell, heard: impl Fn() + Send + 'static) -> Arc<AtomicBool> {
    let wanted = Arc::new(AtomicBool::new(true));
    let is_wanted = Arc::clone(&wanted);
    let since = Instant::now();
    let heard = Arc::new(Mutex::new(heard));
    // Those of a test before may not have ended.
    while !{
        let (heard, is_wanted) = (Arc::clone(&heard), Arc::clone(&is_wanted));
        bell.listen(move || (heard.lock().unwrap())(), move || is_wanted.load(Ordering::SeqCst))
    } {
        assert!(since.elapsed() < DEADLINE, "there is no place");
        thread::sleep(Duration::from_millis(10));
    }
    wanted
}

#[test]
fn everybody_else_is_woken_also_when_one_has_gone() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let file = Uuid::now_v7();
    let (heard, all) = channel();
    let bells: Vec<_> = (0..4).map(|_| bell(&file)).collect();
    let listening: Vec<_> = (0..4)
        .map(|number| {
            let heard = heard.clone();
            listen(&bells[number], move || heard.send(number).unwrap())
        })
        .collect();
    let next = |count: usize| {
        let mut woken: Vec<_> = (0..count).map(|_| all.recv_timeout(DEADLINE).unwrap()).collect();
        woken.sort_unstable();
        woken
    };
    let woken = |by: &Bell, count: usize| {
        by.ring();
        next(count)
    };
    assert_eq!(next(4), [0, 1, 2, 3], "each looks once by itself");
    assert_eq!(woken(&bell(&file), 4), [0, 1, 2, 3], "by one that does not listen");
    assert_eq!(woken(&bells[1], 3), [0, 2, 3], "not by its own bell");
    listening[0].store(false, Ordering::SeqCst);
    // The others move to lower numbers, one after the other, until no number before theirs is free.
    let (since, mut woken) = (Instant::now(), BTreeSet::new());
    while woken != BTreeSet::from([1, 2, 3]) {
        assert!(since.elapsed() < DEADLINE, "{woken:?} are woken");
        thread::sleep(2 * listen::MOVING);
        let _ = all.try_iter().count();
        bell(&file).ring();
        thread::sleep(listen::MOVING / 4);
        woken = all.try_iter().collect();
    }
    for wanted in listening {
        wanted.store(false, Ordering::SeqCst);
    }
}

#[test]
fn one_that_begins_to_listen_in_a_pause_looks_by_itself() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let file = Uuid::now_v7();
    let ringing = bell(&file);
    let (heard, all) = channel();
    for _ in 0..20 {
        ringing.ring();
        let (heard, bell) = (heard.clone(), bell(&file));
        let wanted = listen(&bell, move || heard.send(Instant::now()).unwrap());
        let committed = Instant::now();
        ringing.ring();
        while all.recv_timeout(DEADLINE).unwrap() < committed {}
        wanted.store(false, Ordering::SeqCst);
        // Ends the thread.
        ringing.ring();
    }
}

/// Another user who knows the names and sends without pause.
#[test]
fn a_flood_is_one_look_a_millisecond() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let file = Uuid::now_v7();
    let (bell, looks) = (bell(&file), Arc::<AtomicUsize>::default());
    let counted = Arc::clone(&looks);
    let begun = Instant::now();
    let wanted = listen(&bell, move || {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let names = bell.names.clone().unwrap();
    let flooding = wanted.clone();
    let flood = thread::spawn(move || {
        let socket = UnixDatagram::unbound().unwrap();
        let (address, mut sent) = (names.address(names.own.load(Ordering::SeqCst)).unwrap(), 0_u64);
        while flooding.load(Ordering::SeqCst) {
            sent += u64::from(socket.send_to_addr(&[0], &address).is_ok());
        }
        sent
    });
    while looks.load(Ordering::SeqCst) < 200 {
        assert!(begun.elapsed() < DEADLINE, "it does not look");
        thread::sleep(Duration::from_millis(1));
    }
    let (looked, millis) = (looks.load(Ordering::SeqCst), begun.elapsed().as_millis());
    wanted.store(false, Ordering::SeqCst);
    let sent = flood.join().unwrap();
    assert!(looked as u128 <= millis + 1, "{looked} looks in {millis} ms");
    assert!(sent > 2 * looked as u64, "it was no flood: {sent} for {looked} looks");
}

fn do_not_block(sockets: &[(UnixDatagram, usize)]) {
    for (socket, _) in sockets {
        socket.set_nonblocking(true).unwrap();
    }
}

fn received(sockets: &[(UnixDatagram, usize)]) -> Vec<usize> {
    let there = |socket: &UnixDatagram| std::iter::from_fn(|| socket.recv(&mut [0]).ok()).count();
    sockets.iter().filter(|(socket, _)| there(socket) > 0).map(|(_, number)| *number).collect()
}

/// Another user who takes all the names.
#[test]
fn a_commit_sends_to_a_few_and_the_next_to_the_next() {
    let file = Uuid::now_v7();
    let bell = bell(&file);
    let names = bell.names.clone().unwrap();
    let sockets: Vec<_> = (0..NUMBERS).map(|number| names.bind(number..NUMBERS).unwrap()).collect();
    assert!(names.bind(0..NUMBERS).is_none());
    assert!(!bell.listen(|| {}, || true), "there is no name left");
    do_not_block(&sockets);
    for round in 0..2 * NUMBERS / SENDS {
        bell.ring();
        let first = round * 8 % NUMBERS;
        assert_eq!(received(&sockets), (first..first + 8).collect::<Vec<_>>());
    }
}

#[test]
fn no_number_is_left_out_whatever_their_count() {
    let file = Uuid::now_v7();
    let bell = bell(&file);
    let names = bell.names.clone().unwrap();
    let mut sockets = Vec::new();
    for count in (0..20).chain([12, 9, 8, 3, 0]) {
        sockets.truncate(count);
        while sockets.len() < count {
            sockets.push(names.bind(0..NUMBERS).unwrap());
        }
        do_not_block(&sockets);
        let mut all = BTreeSet::new();
        for _ in 0..2 * (count / SENDS + 1) {
            bell.quiet_until.store(0, Ordering::SeqCst);
            bell.ring();
            let now = received(&sockets);
            assert!(now.len() <= SENDS && (count > SENDS || now.len() == count), "{now:?} of {count}");
            all.extend(now);
        }
        assert_eq!(all, (0..count).collect(), "of {count}");
    }
}
