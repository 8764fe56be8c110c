using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>
/// Writes down how a test ended: evidence, chain, database, in this order. Each is tried again while what it needs is
/// away, and what a killed tester wrote already is taken for what it is.
/// </summary>
public sealed partial class TestClosing(
    RestoreTests tests,
    EvidenceWriter writer,
    EvidenceReader reader,
    BackupCatalogue catalogue,
    TimeProvider time,
    ILogger<TestClosing> logger)
{
    private const int Remembered = 30;

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8),
        TimeSpan.FromSeconds(16),
    ];

    /// <summary>Signs the evidence and chains it.</summary>
    /// <returns>
    /// What counts: of a test that was closed before by a tester that was killed then, what that one wrote.
    /// </returns>
    /// <exception cref="BackupStoreException">The store does not take it, after several attempts.</exception>
    /// <exception cref="CatalogueException">The chain is broken.</exception>
    public async Task<DrillEvidence> SignAsync(DrillEvidence evidence, CancellationToken cancellationToken)
    {
        var signed = await TryAsync(() => WriteAsync(evidence, cancellationToken), cancellationToken);
        var counts = signed.Read();
        await TryAsync(() => ChainAsync(counts, signed.Sha256, cancellationToken), cancellationToken);
        return counts;
    }

    /// <returns>False: it is somebody else's by now, and nothing was written.</returns>
    /// <exception cref="Npgsql.NpgsqlException">The database does not answer, after several attempts.</exception>
    public Task<bool> FinishAsync(
        ClaimedTest claimed, DrillEvidence evidence, DrillFindings found, CancellationToken cancellationToken) =>
        TryAsync(() => tests.FinishAsync(claimed, evidence, found.Profile, cancellationToken), cancellationToken);

    private async Task<SignedEvidence> WriteAsync(DrillEvidence evidence, CancellationToken cancellationToken)
    {
        if (await reader.VerifyAsync(
            evidence.Server, evidence.TestId, cancellationToken) is EvidenceVerification.Valid { File: var before })
        {
            return before;
        }

        var earlier = await tests.EarlierAsync(evidence.Server, evidence.Method, Remembered, cancellationToken);
        await writer.WriteAsync(evidence, [.. earlier.Select(DrillSummary.Of).Reverse()], cancellationToken);
        return await reader.VerifyAsync(evidence.Server, evidence.TestId, cancellationToken) switch
        {
            EvidenceVerification.Valid { File: var file } => file,
            EvidenceVerification.Invalid { Reason: var reason } => throw new BackupStoreException(
                BackupStoreFailure.Damaged, $"The evidence is not what was written: {reason}"),
            var other => throw new BackupStoreException(
                BackupStoreFailure.Unavailable,
                $"The evidence can't be read again: {(other as EvidenceVerification.Unread)?.Reason}"),
        };
    }

    private async Task<bool> ChainAsync(DrillEvidence evidence, string sha256, CancellationToken cancellationToken)
    {
        if ((await catalogue.ReadAsync(evidence.Server, cancellationToken))
            .Any(entry => entry.Tested?.TestId == evidence.TestId))
        {
            return false;
        }

        await catalogue.AppendAsync(evidence.Server, entry => entry with
        {
            Tested = new TestedRestore(
                evidence.TestId, Word(evidence.Method), Word(evidence.Verdict), evidence.Backup?.Id, sha256,
                evidence.Verdict is Verdict.Passed ? evidence.ProvenUntil : null)
            {
                ComparedManifest = evidence.ComparedManifest,
            },
        }, cancellationToken);
        return true;
    }

    /// <summary>Does something again, for half a minute, while what it needs is away.</summary>
    public async Task<T> TryAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                return await write();
            }
            catch (Exception exception) when (MayPass(exception))
            {
                TriedAgain(logger, exception);
                await Task.Delay(pause, time, cancellationToken);
            }
        }

        return await write();
    }

    private static bool MayPass(Exception exception) =>
        exception is IOException
            or BackupStoreException { Failure: BackupStoreFailure.Unavailable or BackupStoreFailure.Exists }
        || Outage.Is(exception);

    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    [LoggerMessage(EventName = "restore_test_closing_tried_again", Level = LogLevel.Warning)]
    private static partial void TriedAgain(ILogger logger, Exception exception);
}
