// The response bodies of the gallery, in the format of the API.
// A classic script, so that it runs before the page's modules.
window.galleryBodies = (() => {
  // The batch started at 16:38:20, and the time is 131 s later.
  const BEGIN_MS = Date.UTC(2026, 4, 28, 16, 38, 20);
  const NOW_MS = BEGIN_MS + 131_000;

  const time = (ms) => new Date(ms).toISOString().replace(/\.\d+/, "").replaceAll("-", "/");

  const REASONS = [
    (n) => `aliuid:14221334742388${10 + n} assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole`,
    (n) => `instance pc-2ze8k1n7q3x${n % 10} is locked by another task`,
    (n) => `skill package checksum mismatch (expected 9f2c${n}a81b7e0, got 00a1${n}c93d2f4)`,
    (n) => `connection to pc-2ze8k1n7q3x${n % 10}:3306 timed out after ${3000 + n} ms`,
    () => "disk quota exceeded",
    () => "the maintenance window has ended",
    () => "operation denied: the instance is being released",
  ];

  // A subtask; its values depend only on its number and its status.
  function row(number, status, reason = 0) {
    const begin = BEGIN_MS + 5_000 + Math.floor(number * 520);
    const hasStarted = status !== "WAITING";
    const hasEnded = status === "COMPLETED" || status === "FAILED";
    return {
      TaskId: String(629271331 + number * 17),
      InstanceId: `pc-pz5f6mvi1p84t35d${number}`,
      Status: status,
      TaskBegin: hasStarted ? time(begin) : "",
      TaskEnd: hasEnded ? time(begin + 6_000 + (number * 7_919) % 8_000) : "",
      ErrorMsg:
        status === "FAILED" ? REASONS[reason % REASONS.length](number)
        : status === "HUMAN_PROCESSING" ? `instance pc-pz5f6mvi1p84t35d${number} has unsaved sessions: an operator must confirm its restart`
        : "",
    };
  }

  // `counts` has the number of rows for each status. Failed rows are spread among the others.
  function batch(counts, others = {}, reasons = [0, 0, 1, 0, 2, 0, 1, 0, 0]) {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const statuses = new Array(total);
    const failed = counts.FAILED ?? 0;
    for (let index = 0; index < failed; index += 1) statuses[Math.floor(((index + 0.4) * total * 0.7) / failed)] = "FAILED";
    const order = ["COMPLETED", "PAUSE", "BLOCKING", "HUMAN_PROCESSING", "TEMP_TERMINATED", "RUNNING", "WAITING"];
    const known = new Set([...order, "FAILED"]);
    const rest = [...order, ...Object.keys(counts).filter((status) => !known.has(status))]
      .flatMap((status) => new Array(counts[status] ?? 0).fill(status));
    let failures = 0;
    let next = 0;
    return {
      RequestId: "25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB",
      BatchId: "pcb-gallery",
      TaskName: "Install skills · July roll-out",
      TaskType: "polarclaw_install_skills",
      ApplicationType: "polarclaw",
      Status: "RUNNING",
      TaskBegin: time(BEGIN_MS),
      TotalCount: total,
      SuccessCount: counts.COMPLETED ?? 0,
      SubTasks: Array.from(statuses, (status, number) => {
        if (status) return row(number, status, reasons[failures++ % reasons.length]);
        return row(number, rest[next++]);
      }),
      ...others,
    };
  }

  const ended = (status) => ({ Status: status, TaskEnd: time(BEGIN_MS + 126_000) });
  const running = () =>
    batch({ COMPLETED: 182, FAILED: 9, HUMAN_PROCESSING: 1, BLOCKING: 1, RUNNING: 14, WAITING: 33 });

  // Long names without convenient line breaks.
  function long() {
    const word = "instance-migration-verification-and-rollback";
    const body = batch({ COMPLETED: 1, FAILED: 2, PAUSE: 1, RUNNING: 1, WAITING: 1 });
    const rows = body.SubTasks.map((row) => ({
      ...row,
      TaskId: `${row.TaskId}-${word}-${row.TaskId}`,
      InstanceId: `${row.InstanceId}${"x".repeat(60)}`,
      ErrorMsg: row.ErrorMsg && `${row.ErrorMsg} ${`${word}/`.repeat(6)} ${row.ErrorMsg}`,
    }));
    return {
      ...body,
      BatchId: `pcb-${"0123456789".repeat(8)}`,
      TaskName: `${word} of ${"all".repeat(30)} instances in the region that nobody has looked at since the spring`,
      TaskType: "polarclaw_install_skills_and_verify_each_of_them_twice",
      ApplicationType: `${word}-${word}`,
      TotalCount: 1_234_567_890_123,
      SuccessCount: 987_654_321_098,
      SubTasks: rows,
    };
  }

  // A page of the list, with a batch in each state.
  function list(names = ["Install skills · July roll-out", "Remove skills", "Verify backups", "Install skills", "", "Nightly restart"]) {
    const statuses = ["RUNNING", "COMPLETED", "COMPLETED", "FAILED", "DISPATCHING", "Rolling_Back"];
    const successes = [182, 229, 240, 17, 0, 3];
    const batches = names.map((TaskName, number) => ({
      BatchId: `pcb-${7_000_000 + number * 4_711}`,
      TaskName,
      TaskType: number % 2 === 0 ? "polarclaw_install_skills" : "polarclaw_uninstall_skills",
      Status: statuses[number % statuses.length],
      TotalCount: 240,
      SuccessCount: successes[number % successes.length],
      TaskBegin: time(BEGIN_MS - number * 5_400_000).replaceAll("/", "-").replace("T", " ").replace("Z", ""),
      TaskEnd: [1, 2, 3].includes(number) ? time(BEGIN_MS - number * 5_400_000 + 754_000) : "",
    }));
    return { RequestId: "25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB", PageNumber: 1, PageSize: 30, TotalCount: 41, TaskList: batches };
  }

  return {
    BEGIN_MS,
    NOW_MS,
    running,
    long,
    empty: () => batch({}, ended("COMPLETED")),
    dispatching: () => batch({}, { Status: "DISPATCHING", TotalCount: 240 }),
    succeeded: () => batch({ COMPLETED: 240 }, ended("COMPLETED")),
    withFailures: () => batch({ COMPLETED: 229, FAILED: 9, HUMAN_PROCESSING: 1, BLOCKING: 1 }, ended("COMPLETED")),
    failed: () => batch({ COMPLETED: 3, FAILED: 9, WAITING: 12 }, ended("FAILED")),
    manyReasons: () => batch({ COMPLETED: 180, FAILED: 40, WAITING: 20 }, {}, [0, 0, 1, 0, 2, 3, 0, 1, 4, 5, 6, 3]),
    unknown: () => batch({ COMPLETED: 8, Rolling_Back: 3, RUNNING: 1 }, { Status: "Rolling_Back" }),
    allStatuses: () =>
      batch({ COMPLETED: 2, FAILED: 2, PAUSE: 1, BLOCKING: 1, HUMAN_PROCESSING: 1, TEMP_TERMINATED: 1, RUNNING: 1, WAITING: 1 }),
    large: (rows) => batch({ COMPLETED: rows - 1_040, FAILED: 1, RUNNING: 39, WAITING: 1_000 }),
    list,
    emptyList: () => ({ ...list([]), TotalCount: 0 }),
    listDenied: () => ({
      Code: "Forbidden.RAM",
      Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
      RequestId: "1B6E2D1A-9C1F-5C8B-8E5C-6B0B1C6F4A11",
      AccessDeniedDetail: { AuthAction: "polardb:DescribeBatchTasks" },
    }),
    denied: () => ({
      Code: "Forbidden.RAM",
      Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
      RequestId: "1B6E2D1A-9C1F-5C8B-8E5C-6B0B1C6F4A11",
      Recommend: "https://api.aliyun.com/troubleshoot?q=Forbidden.RAM",
      AccessDeniedDetail: { AuthAction: "polardb:DescribeBatchTask" },
    }),
  };
})();
