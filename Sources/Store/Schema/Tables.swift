/// The SQL of the first migration. Migrations are history: once released, never edited.
enum SchemaV1 {
  /// The tables. Names of sweeps, workers, machines and metrics are stored once and referred to.
  static let tables = """
    CREATE TABLE identity (session TEXT NOT NULL) STRICT;
    INSERT INTO identity VALUES (lower(hex(randomblob(16))));

    CREATE TABLE sweep (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      workload TEXT NOT NULL,
      origin TEXT NOT NULL,
      source TEXT NOT NULL,
      overrides TEXT NOT NULL CHECK (json_valid(overrides)),
      axes TEXT NOT NULL CHECK (json_valid(axes)),
      threads INTEGER,
      memory_bytes INTEGER,
      timeout_seconds REAL,
      retries INTEGER NOT NULL,
      backoff_seconds REAL NOT NULL,
      fits TEXT NOT NULL CHECK (json_valid(fits)),
      created_at REAL NOT NULL,
      changed_at REAL NOT NULL
    ) STRICT;

    CREATE TABLE job (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE CHECK (length(key) = 64 AND key NOT GLOB '*[^0-9a-f]*'),
      workload TEXT NOT NULL,
      parameters TEXT NOT NULL CHECK (json_valid(parameters)),
      state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'running', 'done', 'setAside', 'cancelled')),
      reason TEXT NOT NULL DEFAULT '',
      attempts INTEGER NOT NULL DEFAULT 0,
      freed_after INTEGER NOT NULL DEFAULT 0,
      accepted INTEGER REFERENCES attempt(token),
      CHECK ((state = 'done') = (accepted IS NOT NULL))
    ) STRICT;

    CREATE TABLE sweep_job (
      sweep INTEGER NOT NULL REFERENCES sweep(id),
      position INTEGER NOT NULL CHECK (position >= 0),
      job INTEGER NOT NULL REFERENCES job(id),
      state TEXT NOT NULL,
      PRIMARY KEY (sweep, position)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX sweep_job_by_job ON sweep_job(job, sweep);
    CREATE INDEX sweep_job_by_state ON sweep_job(sweep, state, position);

    CREATE TABLE sweep_count (
      sweep INTEGER NOT NULL REFERENCES sweep(id),
      state TEXT NOT NULL,
      jobs INTEGER NOT NULL CHECK (jobs >= 0),
      PRIMARY KEY (sweep, state)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE machine (
      id INTEGER PRIMARY KEY,
      hostname TEXT NOT NULL,
      processor TEXT NOT NULL,
      instruction_set TEXT NOT NULL,
      binary_hash TEXT NOT NULL,
      version TEXT NOT NULL,
      UNIQUE (hostname, processor, instruction_set, binary_hash, version)
    ) STRICT;

    CREATE TABLE worker (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      machine INTEGER REFERENCES machine(id),
      attempts INTEGER NOT NULL DEFAULT 0,
      done INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0,
      late INTEGER NOT NULL DEFAULT 0,
      cpu_seconds REAL NOT NULL DEFAULT 0,
      wall_seconds REAL NOT NULL DEFAULT 0,
      last_at REAL
    ) STRICT;

    CREATE TABLE attempt (
      token INTEGER PRIMARY KEY CHECK (token > 0),
      job INTEGER NOT NULL REFERENCES job(id),
      number INTEGER NOT NULL CHECK (number > 0),
      worker INTEGER NOT NULL REFERENCES worker(id),
      started_at REAL NOT NULL,
      ended_at REAL,
      outcome TEXT NOT NULL DEFAULT 'open'
        CHECK (outcome IN ('open', 'accepted', 'failed', 'late')),
      cause TEXT CHECK (cause IN ('workerLost', 'jobFailed', 'timeout', 'cancelled')),
      agrees INTEGER CHECK (agrees IN (0, 1)),
      message TEXT NOT NULL DEFAULT '',
      machine INTEGER REFERENCES machine(id),
      threads INTEGER,
      wall_seconds REAL,
      cpu_seconds REAL,
      peak_memory_bytes INTEGER,
      CHECK ((outcome = 'open') = (ended_at IS NULL)),
      CHECK (outcome NOT IN ('failed', 'late') OR cause IS NOT NULL),
      CHECK ((outcome = 'late') = (agrees IS NOT NULL)),
      CHECK (outcome NOT IN ('accepted', 'late') OR machine IS NOT NULL)
    ) STRICT;
    CREATE UNIQUE INDEX attempt_number ON attempt(job, number);
    CREATE UNIQUE INDEX attempt_open ON attempt(job) WHERE outcome = 'open';
    CREATE UNIQUE INDEX attempt_accepted ON attempt(job) WHERE outcome = 'accepted';
    CREATE INDEX attempt_failed ON attempt(token) WHERE cause IS NOT NULL;

    CREATE TABLE metric (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

    CREATE TABLE scalar (
      attempt INTEGER NOT NULL REFERENCES attempt(token),
      position INTEGER NOT NULL,
      metric INTEGER NOT NULL REFERENCES metric(id),
      value REAL,
      bits INTEGER,
      PRIMARY KEY (attempt, position),
      CHECK (value IS NOT NULL OR bits IS NOT NULL)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE steps (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, steps BLOB NOT NULL) STRICT;
    CREATE INDEX steps_by_hash ON steps(hash);

    CREATE TABLE curve (
      id INTEGER PRIMARY KEY,
      attempt INTEGER NOT NULL REFERENCES attempt(token),
      position INTEGER NOT NULL,
      metric INTEGER NOT NULL REFERENCES metric(id),
      columns INTEGER NOT NULL CHECK (columns >= 0),
      row_count INTEGER NOT NULL CHECK (row_count >= 0),
      steps INTEGER NOT NULL REFERENCES steps(id),
      data BLOB NOT NULL CHECK (length(data) = 4 * columns * row_count),
      UNIQUE (attempt, position)
    ) STRICT;

    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      at REAL NOT NULL,
      kind TEXT NOT NULL,
      sweep TEXT,
      job TEXT,
      message TEXT NOT NULL
    ) STRICT;

    CREATE INDEX job_by_accepted ON job(accepted) WHERE accepted IS NOT NULL;
    """
}
