using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Evidence;

/// <summary>Restore tests as they usually are.</summary>
internal static class SampleEvidence
{
    public static readonly DateTimeOffset Night = new(2026, 11, 28, 4, 0, 12, TimeSpan.Zero);

    public static DrillEvidence Passed { get; } = new()
    {
        TestId = Guid.Parse("0193719e-6f80-7b31-a1c4-52f0c1b3e9d2"),
        Server = "recoveryos",
        Method = DrillMethod.Physical,
        Verdict = Verdict.Passed,
        Reasons = [],
        StartedAt = Night,
        FinishedAt = Night.AddSeconds(127),
        RequestedBy = "schedule",
        Target = new("time", "2026-11-27 22:14:07.512+00", "a random time in the window"),
        Reached = new(
            Lsn.Parse("2/7D41A90"),
            Night.AddHours(-5.77),
            "before 2026-11-27 22:14:07.91211+00"),
        Backup = new(
            Guid.Parse("01937191-0a4c-7e20-8d11-9b0c55aa12f7"), Night.AddHours(-26), 412, 1_284_114_220, 87),
        Phases =
        [
            new("fetch", 21.4, 1_284_114_220),
            new("wal", 12.9, 1_459_617_792),
            new("verify", 5.2, null),
            new("start", 1.1, null),
            new("replay", 17.3, 1_459_617_792),
            new("promote", 0.6, null),
            new("first_query", 0.05, null),
            new("checks", 64.2, null),
            new("teardown", 1.7, null),
        ],
        Checks =
        [
            new("catalogue_signatures", Verdict.Passed, "412 entries, each signed and linked to the one before.", 0.4),
            new("stored_digests", Verdict.Passed, "4 objects read back with the SHA-256 that the catalogue has.", 21.4),
            new("backup_manifest", Verdict.Passed, "1,285 files as PostgreSQL's manifest lists them.", 5.2),
            new("wal_chain", Verdict.Passed, "87 segments without a gap from 2/2000028 to 2/7D41A90.", 1.3),
            new(
                "parity",
                Verdict.Passed,
                "Version 15.18, checksums, 2 collations and 3 extensions as on the source.",
                0.2),
            new("target_reached", Verdict.Passed, "Replay stopped before 22:14:07.912, as asked.", 0.1),
            new("page_checksums", Verdict.Passed, "599,512 blocks, none wrong.", 3.9),
            new("amcheck", Verdict.Passed, "214 tables and 388 indexes, heap against index, none wrong.", 31.0),
            new("read_back", Verdict.Passed, "Each row of 214 tables was read.", 9.5),
            new("row_counts", Verdict.Passed, "214 tables have the rows of the manifest.", 6.1),
            new(
                "row_hashes",
                Verdict.Passed,
                "198 tables have the content of the manifest; 16 large ones wait their turn.",
                11.2),
            new("canaries", Verdict.Passed, "12 of 12 are as they were written.", 0.1),
            new("heartbeats", Verdict.Passed, "The last is 181,204, as the ledger says for that time.", 0.1),
            new("assertion_members_have_accounts", Verdict.Passed, "Answered true.", 0.1),
            new("teardown", Verdict.Passed, "The server is stopped, and its 4.9 GB are gone.", 1.7),
        ],
        Rpo = new(300, 8.4, 10),
        Rto = new(3600, 53.35, 61.2),
        LostHeartbeats = 0,
        Window = new()
        {
            Server = "recoveryos",
            AsOf = Night,
            Earliest = Night.AddDays(-9),
            Latest = Night.AddSeconds(-9),
            Spans =
            [
                .. Enumerable.Range(0, 9).Select(day => new WindowSpan(
                    Guid.NewGuid(), 1, Night.AddDays(day - 9), Night.AddDays(day - 8).AddSeconds(-9),
                    Lsn.Parse("1/0"), Lsn.Parse("2/0"))),
            ],
            Holes = [],
            PredictedRtoSeconds = 61.2,
            LastProven = Night.AddDays(-1),
        },
        TesterVersion = "1.4.0",
        Machine = "backup-worker-2",
        Teardown = "Server stopped, folder removed, both confirmed.",
    };

    public static DrillEvidence Failed { get; } = Passed with
    {
        Verdict = Verdict.Failed,
        Reasons =
        [
            "Table public.check_ins has 48,112 rows, and the manifest says 48,640: 528 are missing.",
            "The data would be 9 min 12 s old, and at most 5 min are allowed.",
        ],
        Checks =
        [
            .. Passed.Checks.Select(check => check.Name switch
            {
                "row_counts" => check with
                {
                    Result = Verdict.Failed,
                    Detail = "public.check_ins has 48,112 rows, and the manifest says 48,640; 213 others are right.",
                },
                "row_hashes" => check with
                {
                    Result = Verdict.Failed,
                    Detail = "public.check_ins has hash 8812093, and the manifest says -117302881; "
                        + "197 others are right.",
                },
                "assertion_members_have_accounts" => check with
                {
                    Result = Verdict.Inconclusive, Detail = "The statement was cancelled after 60 s.", Seconds = 60,
                },
                _ => check,
            }),
        ],
        Rpo = new(300, 552, 10),
        LostHeartbeats = 54,
        Window = Passed.Window is not { } window ? null : window with
        {
            Holes =
            [
                new(
                    Night.AddDays(-6.4),
                    Night.AddDays(-6),
                    "segment 00000001000000010000003A is missing, after 1/39FFFF28"),
                new(
                    Night.AddDays(-2.01),
                    Night.AddDays(-2),
                    "the slot was lost: WAL from 2/1100000 was removed before it was received"),
            ],
        },
        ParityFindings = ["glibc 2.36 here, 2.31 on the source"],
    };

    public static DrillEvidence Inconclusive { get; } = Passed with
    {
        Verdict = Verdict.Inconclusive,
        Reasons = ["The store did not answer while base.tar.zst was fetched (connection reset after 412 MB)."],
        FinishedAt = Night.AddSeconds(44),
        Reached = null,
        Phases = [new("fetch", 44, 412_000_000)],
        Checks =
        [
            .. Passed.Checks.Select(check => check with
            {
                Result = check.Name is "catalogue_signatures" ? Verdict.Passed : Verdict.Inconclusive,
                Detail = check.Name is "catalogue_signatures"
                    ? check.Detail
                    : "Not made: the test ended in phase fetch.",
                Seconds = 0,
            }),
        ],
        Rpo = new(300, null, 10),
        Rto = new(3600, null, 61.2),
        LostHeartbeats = null,
        Window = null,
        Teardown = "The partly fetched files were removed, and are gone.",
    };

    /// <summary>Of the last so many nights.</summary>
    public static IReadOnlyList<DrillSummary> History(int nights) =>
    [
        .. Enumerable.Range(1, nights).Select(night => new DrillSummary(
            Guid.NewGuid(),
            Night.AddDays(night - nights - 1),
            night % 9 == 4 ? Verdict.Failed : night % 7 == 5 ? Verdict.Inconclusive : Verdict.Passed,
            night % 7 == 5 ? null : 6 + (night * 7 % 5) + (night % 9 == 4 ? 320 : 0),
            night % 7 == 5 ? null : 52 + (night * 13 % 11),
            300,
            3600)),
    ];
}
