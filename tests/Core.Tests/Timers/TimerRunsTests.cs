using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Core.Timers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Timers;

public sealed class TimerRunsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TextClinic? opened;

    private TextClinic Clinic => opened ?? throw new InvalidOperationException("not yet opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await TextClinic.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Clinic.DisposeAsync();

    [Fact]
    public async Task A_run_that_ends_well_is_written_down_with_its_time()
    {
        Assert.True(await Runs().RunAsync("Test", static _ => Task.CompletedTask, CancellationToken));

        var run = Assert.Single(await Runs().ListAsync(CancellationToken));
        Assert.Equal(("Test", null, null), (run.Name, run.FailedAt, run.Failure));
        Assert.True(run.SucceededAt >= run.StartedAt);
        Assert.InRange(run.Since ?? TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task While_one_replica_runs_the_others_do_nothing()
    {
        var (entered, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = Runs().RunAsync(
            "Test",
            async _ =>
            {
                entered.SetResult();
                await done.Task;
            },
            CancellationToken);
        await entered.Task.WaitAsync(CancellationToken);

        var others = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Runs().RunAsync(
            "Test", static _ => throw new InvalidOperationException("ran twice"), CancellationToken)));
        Assert.True(await Runs().RunAsync("Another", static _ => Task.CompletedTask, CancellationToken));
        done.SetResult();

        Assert.All(others, Assert.False);
        Assert.True(await first);
        Assert.True(await Runs().RunAsync("Test", static _ => Task.CompletedTask, CancellationToken));
    }

    [Fact]
    public async Task A_fault_is_written_down_thrown_and_lets_go_of_the_turn()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Runs().RunAsync(
            "Test", static _ => throw new InvalidOperationException("a fault"), CancellationToken));
        await Assert.ThrowsAsync<PostgresException>(() => Runs().RunAsync(
            "Test", _ => Clinic.ExecuteAsync("SELECT 1 / 0"), CancellationToken));

        var run = Assert.Single(await Runs().ListAsync(CancellationToken));
        Assert.Equal(("postgres_22012", null), (run.Failure, run.SucceededAt));
        Assert.NotNull(run.FailedAt);
        Assert.True(await Runs().RunAsync("Test", static _ => Task.CompletedTask, CancellationToken));
    }

    [Fact]
    public async Task An_outage_is_no_exception_and_the_next_run_tries_again()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Timeout=1");
        Assert.False(await new TimerRuns(nowhere, NullLogger<TimerRuns>.Instance)
            .RunAsync("Test", static _ => Task.CompletedTask, CancellationToken));
        Assert.False(await Runs().RunAsync("Test", static _ => throw new TimeoutException(), CancellationToken));
        Assert.Equal("database_unavailable", Assert.Single(await Runs().ListAsync(CancellationToken)).Failure);
    }

    [Fact]
    public async Task A_run_that_the_shutdown_breaks_off_is_no_failure()
    {
        using var shutdown = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runs().RunAsync(
            "Test",
            async token =>
            {
                await shutdown.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
            shutdown.Token));

        Assert.Null(Assert.Single(await Runs().ListAsync(CancellationToken)).FailedAt);
    }

    private TimerRuns Runs() => new(Clinic.Database, NullLogger<TimerRuns>.Instance);
}
