using System.Text.Json;
using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>
/// Whether the verifier itself can be believed: the last self-test's verdict, over all replicas. After a miss every
/// restore test is inconclusive until a self-test passes.
/// </summary>
public sealed class VerifierState(NpgsqlDataSource dataSource)
{
    /// <summary>Null: there was no self-test yet.</summary>
    public Task<SelfTestReport?> LastAsync(CancellationToken cancellationToken) => dataSource
        .CreateCommand("""
            SELECT result::text FROM backup_runs
            WHERE job = 'self_test' AND result IS NOT NULL AND status <> 'running'
            ORDER BY id DESC
            LIMIT 1
            """)
        .FirstAsync(
            row => JsonSerializer.Deserialize(row.GetString(0), BackupJson.Default.SelfTestReport)
                ?? throw new JsonException("a self-test's report is null"),
            cancellationToken);

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken) =>
        await LastAsync(cancellationToken) switch
        {
            null => CheckResult.Right("The verifier has not been tested yet; it is once a week."),
            { IsPassed: true } report => CheckResult.Right(
                $"The verifier caught {report.Cases.Count} of {report.Cases.Count} damages "
                + $"at its last self-test, of {report.At:u}."),
            { } report => CheckResult.CouldNotLook(
                $"The verifier failed its self-test of {report.At:u}: {string.Join(", ", report.Missed)}. "
                + "Until it passes, no verdict counts."),
        };
}
