using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class VerdictTests
{
    public static TheoryData<Exception, Verdict> Failures => new()
    {
        { new BackupStoreException(BackupStoreFailure.Damaged, "cut"), Verdict.Failed },
        { new BackupStoreException(BackupStoreFailure.Missing, "gone"), Verdict.Failed },
        { new BackupStoreException(BackupStoreFailure.Unavailable, "away"), Verdict.Inconclusive },
        { new BackupStoreException(BackupStoreFailure.KeyMissing, "no key"), Verdict.Inconclusive },
        { new CatalogueException("main", 3, "its signature is not right"), Verdict.Failed },
        { new BackupException("recovery_failed", "PostgreSQL gave up"), Verdict.Failed },
        { new BackupException("target_not_reached", "promoted elsewhere"), Verdict.Failed },
        { new BackupException("disk_full", "no room"), Verdict.Inconclusive },
        { new PostgresException("could not read block 3", "ERROR", "ERROR", "XX001"), Verdict.Failed },
        { new PostgresException("could not open file", "ERROR", "ERROR", "58P01"), Verdict.Failed },
        { new PostgresException("out of memory", "ERROR", "ERROR", "53200"), Verdict.Inconclusive },
        { new InvalidOperationException("a bug"), Verdict.Inconclusive },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task An_exception_is_never_a_pass_and_damage_is_told_from_not_having_looked(
        Exception exception, Verdict verdict)
    {
        var log = new DrillLog(TimeProvider.System, null, NullLogger.Instance);

        Assert.False(await log.CheckAsync("look", () => throw exception, TestContext.Current.CancellationToken));

        Assert.Equal(verdict, Verdicts.Of(log.Checks));
    }

    [Fact]
    public void What_was_not_looked_at_is_listed_and_keeps_a_test_from_passing()
    {
        var log = new DrillLog(TimeProvider.System, null, NullLogger.Instance);
        log.Note("fetch", CheckResult.Right("it came"));
        log.Complete(["fetch", "amcheck"]);

        Assert.Equal(Verdict.Inconclusive, Verdicts.Of(log.Checks));
        Assert.StartsWith("amcheck: ", Assert.Single(Verdicts.Reasons(log.Checks)), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_looked_at_is_no_pass() => Assert.Equal(Verdict.Inconclusive, Verdicts.Of([]));

    [Fact]
    public void What_is_wrong_comes_before_what_could_not_be_seen()
    {
        var log = new DrillLog(TimeProvider.System, null, NullLogger.Instance);
        log.Note("a", CheckResult.CouldNotLook("away"));
        log.Note("b", CheckResult.Wrong("bad"));

        Assert.Equal(["b: bad", "a: away"], Verdicts.Reasons(log.Checks));
    }
}
