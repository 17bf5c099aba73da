//! "Grouped by hand": writers hand their commits to one thread, which stores all that queued during the last transaction in the next.

use std::path::Path;
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use uuid::Uuid;

use crate::by_hand::ByHand;
use crate::domain::Event;

type Job = (Uuid, Event, std::sync::mpsc::SyncSender<()>);

pub(crate) struct Grouped {
    jobs: Sender<Job>,
    _writer: JoinHandle<()>,
}

impl Grouped {
    pub(crate) fn open(path: &Path, full: bool) -> Self {
        let (jobs, queue) = channel::<Job>();
        let mut file = ByHand::open(path, full);
        let writer = thread::spawn(move || {
            while let Ok(first) = queue.recv() {
                file.begin();
                let mut answers = Vec::new();
                for (stream, event, answer) in std::iter::once(first).chain(queue.try_iter()) {
                    file.append(stream, 0, &[event]);
                    answers.push(answer);
                }
                file.commit();
                for answer in answers {
                    answer.send(()).unwrap();
                }
            }
        });
        Self { jobs, _writer: writer }
    }

    pub(crate) fn save(&self, stream: Uuid, event: Event) {
        let (answer, answered) = sync_channel(1);
        self.jobs.send((stream, event, answer)).unwrap();
        answered.recv().unwrap();
    }
}
