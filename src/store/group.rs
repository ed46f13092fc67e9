//! The writer's one transaction: a group of scans, each in a savepoint of its own, and one commit that makes all durable.
//!
//! What cannot be made durable is undone as a whole, and the last numbers in memory go back with it.
//! Deliberately absent: what is written (`ledger`, `journal`), and when a group is signed (`signing`).

use super::{
    Store, connect,
    error::{StoreError, sql},
    opening,
};

impl Store {
    /// Begins a group.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        if self.marks.is_none() {
            return Err(StoreError::ReadOnly { doing: "record the scan" });
        }
        if self.suspect {
            self.reopen()?;
        }
        if let Some(keeper) = &self.keeper {
            keeper.finish(&self.connection);
        }
        self.run("BEGIN IMMEDIATE", "begin recording")?;
        self.noted.clear();
        self.saved.clear();
        self.saved.push(self.heads);
        // Until a group that did so is durable, each one does: an open cart of an earlier life is never taken for one of
        // this life and overwritten, whatever failed at the start.
        if !self.carts_left
            && let Err(found) = self.leave_carts()
        {
            return Err(self.undo(found));
        }
        Ok(())
    }

    /// Whether SQLite has undone the open group by itself, as it does when it runs out of room or memory.
    ///
    /// Nothing of the group can be kept: [`commit`](Self::commit) fails, and the cause is the error seen before.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        !self.saved.is_empty() && self.connection.is_autocommit()
    }

    /// Begins one scan of a group; ended by exactly one [`release`](Self::release) or [`rollback_to`](Self::rollback_to).
    pub fn savepoint(&mut self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            return Err(StoreError::Order("begin a scan"));
        }
        self.run("SAVEPOINT scan", "begin a scan")?;
        self.noted.clear(); // A scan that was undone leaves its number to the next one.
        self.saved.push(self.heads);
        Ok(())
    }

    /// Keeps what was done since the last savepoint.
    pub fn release(&mut self) -> Result<(), StoreError> {
        self.run("RELEASE scan", "keep a scan")?;
        self.saved.pop();
        Ok(())
    }

    /// Undoes what was done since the last savepoint and ends it; or the whole group, if SQLite has done so already or the
    /// savepoint cannot be undone, which [`is_undone`](Self::is_undone) tells.
    pub fn rollback_to(&mut self) -> Result<(), StoreError> {
        if self.is_undone() {
            self.suspect = true;
            return Ok(());
        }
        if let Some(saved) = self.saved.pop() {
            self.heads = saved;
        }
        let undone = self.run("ROLLBACK TO scan", "undo a scan").and_then(|()| self.run("RELEASE scan", "undo a scan"));
        if undone.is_err() && !self.connection.is_autocommit() {
            self.run("ROLLBACK", "undo the scans")?;
        }
        undone
    }

    /// Makes the group durable: when it returns, every answer of the group may be spoken.
    ///
    /// # Errors
    /// Nothing of the group is recorded; [`rollback`](Self::rollback) was done.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        let signed = match self.sign_group().and_then(|it| self.run("COMMIT", "make the scans durable").map(|()| it)) {
            Ok(signed) => signed,
            Err(found) => return Err(self.undo(found)),
        };
        self.saved.clear();
        self.carts_left = true;
        if let Some(marks) = &mut self.marks {
            let mark = self.heads.mark();
            // The group is durable whatever happens to its mark: a mark may lag.
            if let Err(found) = marks.write(&mark) {
                tracing::warn!(error = %found, "the mark outside the ledger lags");
            }
        }
        if signed {
            self.signed_group();
        }
        if let Some(keeper) = &mut self.keeper {
            keeper.committed(self.heads.seq);
        }
        Ok(())
    }

    /// Undoes the whole group; also after an error that made SQLite undo it already.
    pub fn rollback(&mut self) -> Result<(), StoreError> {
        if let Some(first) = self.saved.first() {
            self.heads = *first;
        }
        self.saved.clear();
        if self.connection.is_autocommit() { Ok(()) } else { self.run("ROLLBACK", "undo the scans") }
    }

    /// Undoes the whole group because a scan of it failed that had no savepoint of its own.
    pub fn undo_scans(&mut self) -> Result<(), StoreError> {
        self.suspect |= self.is_undone();
        self.rollback()
    }

    /// Does `work` in a transaction of its own: all of it, or nothing.
    pub fn within<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.begin()?;
        match work(self) {
            Ok(made) => self.commit().map(|()| made),
            Err(found) => Err(self.undo(found)),
        }
    }

    /// Undoes the group and hands its cause on; that the undoing failed too is only logged.
    pub(super) fn undo(&mut self, cause: StoreError) -> StoreError {
        if let Err(second) = self.rollback() {
            tracing::warn!(error = %second, "not undone cleanly");
            self.suspect = true;
        }
        cause
    }

    fn run(&mut self, statement: &str, doing: &'static str) -> Result<(), StoreError> {
        let ran = self.connection.prepare_cached(statement).and_then(|mut it| it.execute([])).map_err(sql(doing));
        if matches!(ran, Err(StoreError::Device { .. } | StoreError::Damaged { .. })) {
            self.suspect = true;
        }
        ran.map(|_| ())
    }

    fn reopen(&mut self) -> Result<(), StoreError> {
        self.connection = connect::writer(&self.options)?;
        let found = opening::heads(&self.connection)?;
        if (found.seq, found.hash) != (self.heads.seq, self.heads.hash) {
            return Err(StoreError::Unfit(format!(
                "after an input/output error the ledger ends at event {} instead of {}; restart the station",
                found.seq, self.heads.seq
            )));
        }
        self.suspect = false;
        Ok(())
    }
}
