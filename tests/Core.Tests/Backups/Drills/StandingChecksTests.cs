using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.Backups.Wal.Chains;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>What is looked at between restore tests.</summary>
[Collection(FaultMatrix.Collection)]
public sealed class StandingChecksTests(FaultMatrix matrix, PostgresFixture postgres) : IAsyncLifetime
{
    private RunnerStage? opened;

    private RunnerStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private DrillRoom Room => Stage.Room;

    private DamagedCopy Copy => Stage.Copy;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await RunnerStage.OpenAsync(matrix, postgres);

    public async ValueTask DisposeAsync() => await Stage.DisposeAsync();

    [Fact]
    public async Task A_second_look_at_the_WAL_reads_only_what_is_new()
    {
        var verification = new WalVerification(
            Copy.Services.GetRequiredService<Core.Backups.Servers.BackupTargets>(),
            Copy.Services.GetRequiredService<WalInspection>(),
            new JobResults(Room.Database), Room.Alarms(), TimeProvider.System);

        var first = await verification.RunAsync(SelfTestServices.Server, fromTheStart: false, CancellationToken);
        var second = await verification.RunAsync(SelfTestServices.Server, fromTheStart: false, CancellationToken);

        Assert.Equal((Verdict.Passed, Verdict.Passed, 0), (first.Verdict, second.Verdict, second.SegmentsRead));
        Assert.InRange(first.SegmentsRead, 4, 20);
        Assert.Equal(first.End, second.End);
        Assert.NotEqual(ChainProgress.None.ToJson(), second.Progress);
    }

    [Fact]
    public async Task The_dead_mans_rule_fires_when_nothing_passed_for_too_long()
    {
        var services = Copy.Services;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var report = new WindowReport(
            services.GetRequiredService<Core.Backups.Servers.BackupTargets>(), Stage.Catalogue,
            services.GetRequiredService<RecoveryWindows>(), Room.Tests,
            new JobResults(Room.Database), Room.Alarms(), Options.Create(Copy.Options), clock);
        await report.RunAsync(CancellationToken);
        Assert.Empty(await Room.Alarms().ListAsync(CancellationToken));

        clock.Advance(TimeSpan.FromHours(49));
        await report.RunAsync(CancellationToken);

        Assert.Contains(
            "restore_not_verified", (await Room.Alarms().ListAsync(CancellationToken)).Select(alarm => alarm.Kind));
    }
}
