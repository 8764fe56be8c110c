using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Azure;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Azure;

public sealed class AzureDrillTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AzureStage? opened;

    private AzureStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private AzureSimulator Azure => Stage.Azure;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await AzureStage.OpenAsync(postgres);

    public async ValueTask DisposeAsync() => await Stage.DisposeAsync();

    [Fact]
    public async Task A_restore_to_the_moment_passes_and_is_deleted()
    {
        await Stage.FillAsync(180);

        var log = await Stage.RunAsync();

        Assert.All(log.Checks, check => Assert.True(check.Result is Verdict.Passed, $"{check.Name}: {check.Detail}"));
        string[] checks =
        [
            "left_overs", "cost", "target", "target_reached", "heartbeats", "canaries", "read_back", "rto", "teardown",
        ];
        Assert.Empty(checks.Except(log.Checks.Select(check => check.Name)));
        Assert.Equal(0, Stage.Found.LostHeartbeats);
        Assert.Equal(AzureStage.Moment.AddSeconds(-5), Stage.Found.ProvenUntil);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
        Assert.False(Azure.SawToken);
        Assert.Equal("PointInTimeRestore", Azure.Made?["properties"]?["createMode"]?.GetValue<string>());
        Assert.Equal("2026-11-28T11:30:00Z", Azure.Made?["properties"]?["pointInTimeUTC"]?.GetValue<string>());
        Assert.Equal(AzureSimulator.SourceId, Azure.Made?["properties"]?["sourceServerResourceId"]?.GetValue<string>());
        Assert.Equal(
            "/subscriptions/0f0f/subnets/data",
            Azure.Made?["properties"]?["network"]?["delegatedSubnetResourceId"]?.GetValue<string>());
        Assert.Equal("2026-11-28T22:30:00Z", Azure.Made?["tags"]?["recoveryos-expires"]?.GetValue<string>());
    }

    [Fact]
    public async Task A_restore_that_is_only_the_last_snapshot_is_caught()
    {
        await Stage.FillAsync(60);

        var check = Find(await Stage.RunAsync(), "heartbeats");

        Assert.Equal(Verdict.Failed, check.Result);
        Assert.Contains("expected 180", check.Detail, StringComparison.Ordinal);
        Assert.Contains("this is an older snapshot", check.Detail, StringComparison.Ordinal);
        Assert.Equal(120, Stage.Found.LostHeartbeats);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Theory]
    [InlineData(178, "2 are lost")]
    [InlineData(200, "which was asked for")]
    [InlineData(0, "There is no heartbeat, expected 180")]
    public async Task A_restore_to_another_moment_is_caught(int heartbeats, string detail)
    {
        await Stage.FillAsync(heartbeats);

        var check = Find(await Stage.RunAsync(), "heartbeats");

        Assert.Equal(Verdict.Failed, check.Result);
        Assert.Contains(detail, check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_that_is_missing_between_others_is_caught()
    {
        await Stage.FillAsync(180);
        await Stage.ExecuteAsync("DELETE FROM recoveryos_marks.heartbeats WHERE id = 90");

        Assert.Contains("1 are missing", Find(await Stage.RunAsync(), "heartbeats").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_canaries_are_caught()
    {
        await Stage.FillAsync(180);
        await Stage.ExecuteAsync("UPDATE recoveryos_marks.canaries SET document = 'x' WHERE id = 7");

        Assert.Equal(Verdict.Failed, Find(await Stage.RunAsync(), "canaries").Result);
    }

    [Fact]
    public async Task Indexes_that_Azure_lets_nobody_look_at_keep_a_test_from_passing()
    {
        await Stage.FillAsync(180);
        await Stage.AllowAsync("PG_TRGM");

        var check = Find(await Stage.RunAsync(), "amcheck");

        Assert.Equal(Verdict.Inconclusive, check.Result);
        Assert.Contains("allow it there", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_is_waited_out()
    {
        await Stage.FillAsync(180);
        Azure.Throttles = 1;

        Assert.All((await Stage.RunAsync()).Checks, check => Assert.Equal(Verdict.Passed, check.Result));
    }

    [Fact]
    public async Task What_Azure_cannot_restore_proves_nothing_and_is_removed()
    {
        Azure.FailsToRestore = true;

        var log = await Stage.RunAsync();

        Assert.Equal(Verdict.Inconclusive, Find(log, "target_reached").Result);
        Assert.Contains(
            "RestoreFailed: The backup is not available", Find(log, "target_reached").Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Passed, Find(log, "teardown").Result);
        Assert.DoesNotContain(log.Checks, check => check.Name == "heartbeats");
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Fact]
    public async Task A_lock_that_keeps_the_server_is_told()
    {
        await Stage.FillAsync(180);
        Azure.IsLocked = true;

        var teardown = Find(await Stage.RunAsync(), "teardown");

        Assert.Equal(Verdict.Failed, teardown.Result);
        Assert.Contains("A lock keeps Azure from this", teardown.Detail, StringComparison.Ordinal);
        Assert.Contains("may still be there, and cost", Stage.Found.Teardown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_still_there_after_its_deletion_is_told()
    {
        await Stage.FillAsync(180);
        Azure.OnlySaysThatItDeleted = true;

        var teardown = Find(await Stage.RunAsync(), "teardown");

        Assert.Equal(Verdict.Failed, teardown.Result);
        Assert.Contains("it is still there", teardown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_of_killed_tests_are_deleted_before_the_next_one()
    {
        await Stage.FillAsync(180);
        var killed = await new RestoreTests(Stage.Service).QueueAsync(
            new(AzureStage.Server, DrillMethod.Azure, null), "test", Cancellation);
        Azure.AddRestored("clinic-db-rt-killed", killed.Id, AzureStage.Now.AddHours(1));
        Azure.AddRestored("clinic-db-rt-old", Guid.CreateVersion7(), AzureStage.Now.AddHours(-1));

        var log = await Stage.RunAsync();

        Assert.StartsWith(
            "2 servers of tests that were killed", Find(log, "left_overs").Detail, StringComparison.Ordinal);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Fact]
    public async Task Only_one_test_runs_at_a_time()
    {
        Azure.AddRestored("clinic-db-rt-other", Guid.CreateVersion7(), AzureStage.Now.AddHours(1));

        var log = await Stage.RunAsync();

        Assert.Equal(Verdict.Inconclusive, Assert.Single(log.Checks).Result);
        Assert.Null(Azure.Made);
        Assert.Contains($"{AzureSimulator.Group}/clinic-db-rt-other", Azure.Servers);
    }

    [Fact]
    public async Task A_test_that_would_cost_too_much_is_not_begun()
    {
        var log = await Stage.RunAsync(maximumCost: 0.4);

        var cost = Find(log, "cost");
        Assert.Equal(Verdict.Inconclusive, cost.Result);
        Assert.Contains("0.50 of at most 0.40 US dollars", cost.Detail, StringComparison.Ordinal);
        Assert.Null(Azure.Made);
    }

    [Fact]
    public async Task A_test_that_has_cost_what_it_may_is_ended_and_its_server_deleted()
    {
        Azure.Polls = null;
        Azure.RetryAfterSeconds = 60;

        var running = Stage.RunAsync(maximumCost: 1);
        for (var minute = 0; !running.IsCompleted && minute < 5000; minute++)
        {
            Stage.Time.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(5), Cancellation));
        }

        var log = await running;
        Assert.Contains("ended after 60 minutes", Find(log, "cost_cap").Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Inconclusive, Find(log, "cost_cap").Result);
        Assert.Equal(Verdict.Passed, Find(log, "teardown").Result);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Fact]
    public async Task A_public_server_is_not_copied()
    {
        Azure.AddSource(AzureStage.Now.AddDays(-7), subnet: null);

        Assert.Contains(
            "has a public address", Find(await Stage.RunAsync(), "target_reached").Detail, StringComparison.Ordinal);
        Assert.Null(Azure.Made);
    }

    [Fact]
    public async Task Nobody_but_Azure_is_asked_how_an_operation_goes()
    {
        Azure.OperationsAt = "http://127.0.0.1:9";

        Assert.Contains("not its own", Find(await Stage.RunAsync(), "target_reached").Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://management.azure.com")]
    [InlineData("ftp://127.0.0.1")]
    public void Tokens_do_not_go_out_in_the_clear(string address) => Assert.Equal(
        "azure_not_secure",
        Assert.Throws<BackupException>(
            () => new ResourceManager(new(address), AzureStage.Credential, TimeProvider.System)).Code);

    private static DrillCheck Find(DrillLog log, string name) => Assert.Single(log.Checks, check => check.Name == name);
}
