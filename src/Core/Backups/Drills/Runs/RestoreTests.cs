using System.Data.Common;
using System.Text.Json;
using Npgsql;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>
/// The restore tests of all servers: those that wait, the ones that run, and how the others ended. Whoever runs a test
/// says so every few seconds; one that fell silent for a minute was killed, and somebody else closes it.
/// </summary>
public sealed class RestoreTests(NpgsqlDataSource dataSource)
{
    private const string Columns = """
        id, server, method, status, requested_by, target::text, verdict, phase, reasons, backup_id, rpo_seconds,
        rto_seconds, created_at, started_at, finished_at
        """;

    /// <summary>So many restores tell how fast the next one goes.</summary>
    private const int Remembered = 5;

    private const string Silence = "interval '1 minute'";

    /// <summary>Puts a test into the queue.</summary>
    public async Task<RestoreTest> QueueAsync(
        NewRestoreTest test, string requestedBy, CancellationToken cancellationToken) =>
        (await dataSource.CreateCommand($"""
            INSERT INTO restore_tests (server, method, requested_by, target) VALUES ($1, $2, left($3, 200), $4::jsonb)
            RETURNING {Columns}
            """)
            .With(test.Server).With(Word(test.Method)).With(requestedBy)
            .With(test.Target is { } target ? JsonSerializer.Serialize(target, BackupJson.Default.DrillTarget) : null)
            .ToListAsync(Read, cancellationToken))[0];

    /// <summary>Takes the oldest test that waits, of a server of which none runs; null: there is none.</summary>
    /// <param name="id">Takes no other than this; null: any.</param>
    public async Task<ClaimedTest?> ClaimAsync(Guid? id, CancellationToken cancellationToken)
    {
        var lease = Guid.CreateVersion7();
        var test = await dataSource.CreateCommand($"""
            UPDATE restore_tests SET status = 'running', started_at = now(), seen_at = now(), phase = 'plan', lease = $1
            WHERE id = (
                SELECT id FROM restore_tests AS waiting
                WHERE status = 'queued' AND ($2 IS NULL OR id = $2)
                    AND NOT EXISTS (
                        SELECT FROM restore_tests AS running
                        WHERE running.status = 'running' AND running.server = waiting.server)
                ORDER BY id
                LIMIT 1
                FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """)
            .With(lease).With(id)
            .FirstAsync(Read, cancellationToken);
        return test is null ? null : new ClaimedTest(test, lease);
    }

    /// <summary>Takes over one test whose tester was killed, to close it; null: there is none.</summary>
    public async Task<ClaimedTest?> ClaimKilledAsync(CancellationToken cancellationToken)
    {
        var lease = Guid.CreateVersion7();
        var test = await dataSource.CreateCommand($"""
            UPDATE restore_tests SET seen_at = now(), lease = $1
            WHERE id = (
                SELECT id FROM restore_tests WHERE status = 'running' AND seen_at < now() - {Silence}
                ORDER BY id
                LIMIT 1
                FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """)
            .With(lease)
            .FirstAsync(Read, cancellationToken);
        return test is null ? null : new ClaimedTest(test, lease);
    }

    /// <summary>Says that the test goes on, and where it is.</summary>
    /// <returns>False: it is somebody else's by now.</returns>
    public async Task<bool> SeeAsync(ClaimedTest claimed, string phase, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand("""
            UPDATE restore_tests SET seen_at = now(), phase = $3 WHERE id = $1 AND lease = $2 AND status = 'running'
            """)
            .With(claimed.Test.Id).With(claimed.Lease).With(phase)
            .ExecuteAsync(cancellationToken) > 0;

    /// <summary>Closes a test with its evidence; doing it twice is as doing it once.</summary>
    /// <returns>False: it is somebody else's by now, and nothing was written.</returns>
    public async Task<bool> FinishAsync(
        ClaimedTest claimed, DrillEvidence evidence, DataProfile? profile, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand("""
            UPDATE restore_tests
            SET status = 'finished', finished_at = now(), seen_at = now(), verdict = $3, reasons = $4, backup_id = $5,
                rpo_seconds = $6, rto_seconds = $7, evidence = $8::jsonb, profile = $9::jsonb
            WHERE id = $1 AND lease = $2
            """)
            .With(claimed.Test.Id).With(claimed.Lease)
            .With(Word(evidence.Verdict)).With(evidence.Reasons.ToArray()).With(evidence.Backup?.Id)
            .With(evidence.Rpo.ActualSeconds).With(evidence.Rto.ActualSeconds)
            .With(JsonSerializer.Serialize(evidence, BackupJson.Default.DrillEvidence))
            .With(profile is null ? null : JsonSerializer.Serialize(profile, BackupJson.Default.DataProfile))
            .ExecuteAsync(cancellationToken) > 0;

    /// <summary>A test with its evidence; null when there is none of this id.</summary>
    public Task<RestoreTest?> FindAsync(Guid id, CancellationToken cancellationToken) => dataSource
        .CreateCommand($"SELECT {Columns}, evidence::text FROM restore_tests WHERE id = $1")
        .With(id)
        .FirstAsync(row => Read(row) with { Evidence = Evidence(row, 15) }, cancellationToken);

    /// <summary>Newest first, without the evidence.</summary>
    /// <param name="server">Of this one only; null: of all.</param>
    public async Task<Page<RestoreTest>> ListAsync(
        string? server, PageRequest page, CancellationToken cancellationToken)
    {
        var tests = await dataSource.CreateCommand($"""
            SELECT {Columns} FROM restore_tests
            WHERE ($1 IS NULL OR server = $1) AND ($2 IS NULL OR id < $2)
            ORDER BY id DESC
            LIMIT $3
            """)
            .With(server).With(page.Before).With(page.Limit + 1)
            .ToListAsync(Read, cancellationToken);
        return page.Cut(tests, test => test.Id);
    }

    /// <summary>The evidence of the last tests of a server that ended, newest first.</summary>
    public Task<List<DrillEvidence>> EarlierAsync(
        string server, DrillMethod method, int limit, CancellationToken cancellationToken) => dataSource
        .CreateCommand("""
            SELECT evidence::text FROM restore_tests
            WHERE server = $1 AND method = $2 AND status = 'finished' AND evidence IS NOT NULL
            ORDER BY finished_at DESC
            LIMIT $3
            """)
        .With(server).With(Word(method)).With(limit)
        .ToListAsync(
            row => Evidence(row, 0) ?? throw new InvalidOperationException("evidence that is not null reads as null"),
            cancellationToken);

    /// <summary>What the data looked like at the latest point that a test brought back; null: none did yet.</summary>
    public Task<DataProfile?> LastProfileAsync(
        string server, DrillMethod method, CancellationToken cancellationToken) => dataSource
        .CreateCommand("""
            SELECT profile::text FROM restore_tests
            WHERE server = $1 AND method = $2 AND status = 'finished' AND profile IS NOT NULL
            ORDER BY (profile ->> 'at')::timestamptz DESC
            LIMIT 1
            """)
        .With(server).With(Word(method))
        .FirstAsync(
            row => JsonSerializer.Deserialize(row.GetString(0), BackupJson.Default.DataProfile)
                ?? throw new JsonException("a profile is null"),
            cancellationToken);

    /// <summary>
    /// The phases of the newest restores that went all the way, of all together; null: there is none.
    /// </summary>
    public async Task<IReadOnlyList<DrillPhase>?> LastPhasesAsync(string server, CancellationToken cancellationToken)
    {
        var tests = await dataSource.CreateCommand("""
            SELECT evidence::text FROM restore_tests
            WHERE server = $1 AND method = 'physical' AND status = 'finished' AND rto_seconds IS NOT NULL
            ORDER BY finished_at DESC
            LIMIT $2
            """)
            .With(server).With(Remembered)
            .ToListAsync(row => Evidence(row, 0) ?? throw new JsonException("evidence is null"), cancellationToken);
        return tests.Count > 0 ? [.. tests.SelectMany(test => test.Phases)] : null;
    }

    /// <summary>When a test of the server last passed; null: never.</summary>
    public async Task<DateTimeOffset?> LastPassedAsync(string server, CancellationToken cancellationToken) =>
        (await dataSource
            .CreateCommand("SELECT max(finished_at) FROM restore_tests WHERE server = $1 AND verdict = 'passed'")
            .With(server)
            .ToListAsync<DateTimeOffset?>(
                row => row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), cancellationToken))[0];

    /// <summary>When a test of the server was last asked for; null: never.</summary>
    public async Task<DateTimeOffset?> LastQueuedAsync(string server, CancellationToken cancellationToken) =>
        (await dataSource
            .CreateCommand("SELECT max(created_at) FROM restore_tests WHERE server = $1")
            .With(server)
            .ToListAsync<DateTimeOffset?>(
                row => row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), cancellationToken))[0];

    /// <summary>Whether a test of the kind waits or runs already.</summary>
    public async Task<bool> IsPendingAsync(string server, DrillMethod method, CancellationToken cancellationToken) =>
        (await dataSource
            .CreateCommand(
                "SELECT EXISTS (SELECT FROM restore_tests WHERE server = $1 AND method = $2 AND status <> 'finished')")
            .With(server).With(Word(method))
            .ToListAsync(row => row.GetBoolean(0), cancellationToken))[0];

    private static DrillEvidence? Evidence(DbDataReader row, int ordinal) =>
        row.IsDBNull(ordinal)
            ? null
            : JsonSerializer.Deserialize(row.GetString(ordinal), BackupJson.Default.DrillEvidence);

    private static RestoreTest Read(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Server = row.GetString(1),
        Method = Enum.Parse<DrillMethod>(row.GetString(2), ignoreCase: true),
        Status = Enum.Parse<TestStatus>(row.GetString(3), ignoreCase: true),
        RequestedBy = row.GetString(4),
        Target = row.IsDBNull(5) ? null : JsonSerializer.Deserialize(row.GetString(5), BackupJson.Default.DrillTarget),
        Verdict = row.IsDBNull(6) ? null : Enum.Parse<Verdict>(row.GetString(6), ignoreCase: true),
        Phase = row.GetNullable<string>(7),
        Reasons = row.GetFieldValue<string[]>(8),
        BackupId = row.IsDBNull(9) ? null : row.GetGuid(9),
        RpoSeconds = row.IsDBNull(10) ? null : row.GetDouble(10),
        RtoSeconds = row.IsDBNull(11) ? null : row.GetDouble(11),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(12),
        StartedAt = row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13),
        FinishedAt = row.IsDBNull(14) ? null : row.GetFieldValue<DateTimeOffset>(14),
    };

    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
