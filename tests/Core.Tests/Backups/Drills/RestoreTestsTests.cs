using System.Text.Json;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class RestoreTestsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly NewRestoreTest Asked = new("main", DrillMethod.Physical, null);

    private DrillRoom? opened;

    private DrillRoom Room => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await DrillRoom.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Room.DisposeAsync();

    [Fact]
    public async Task A_test_is_run_by_one_only()
    {
        var queued = await Room.Tests.QueueAsync(Asked, "somebody", CancellationToken);

        var claims = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Room.Tests.ClaimAsync(null, CancellationToken)));

        Assert.Equal(queued.Id, Assert.Single(claims.OfType<ClaimedTest>()).Test.Id);
        Assert.Equal(
            (TestStatus.Running, "somebody"),
            ((await FindAsync(queued.Id)).Status, (await FindAsync(queued.Id)).RequestedBy));
    }

    [Fact]
    public async Task Of_one_server_one_runs_and_another_servers_does_not_wait()
    {
        await Room.Tests.QueueAsync(Asked, "a", CancellationToken);
        await Room.Tests.QueueAsync(Asked, "b", CancellationToken);
        await Room.Tests.QueueAsync(Asked with { Server = "other" }, "c", CancellationToken);

        List<string?> taken = [];
        for (var turn = 0; turn < 3; turn++)
            taken.Add((await Room.Tests.ClaimAsync(null, CancellationToken))?.Test.RequestedBy);

        Assert.Equal(["a", "c", null], taken);
    }

    [Fact]
    public async Task A_silent_test_is_closed_by_somebody_else_and_its_own_tester_writes_nothing_any_more()
    {
        await Room.Tests.QueueAsync(Asked, "a", CancellationToken);
        var claimed = await ClaimAsync();
        Assert.True(await Room.Tests.SeeAsync(claimed, "replay", CancellationToken));
        Assert.Null(await Room.Tests.ClaimKilledAsync(CancellationToken));
        await Room.QueryAsync("UPDATE restore_tests SET seen_at = now() - interval '2 minutes' RETURNING id");

        var killed = Assert.IsType<ClaimedTest>(await Room.Tests.ClaimKilledAsync(CancellationToken));

        Assert.Equal("replay", killed.Test.Phase);
        Assert.False(await Room.Tests.SeeAsync(claimed, "checks", CancellationToken));
        Assert.False(await Room.Tests.FinishAsync(claimed, Evidence(claimed, Verdict.Passed), null, CancellationToken));
        Assert.True(
            await Room.Tests.FinishAsync(killed, Evidence(killed, Verdict.Inconclusive), null, CancellationToken));
        Assert.Equal(Verdict.Inconclusive, (await FindAsync(claimed.Test.Id)).Verdict);
    }

    [Fact]
    public async Task The_phases_of_the_last_restores_that_went_all_the_way_are_remembered()
    {
        Assert.Null(await Room.Tests.LastPhasesAsync("main", CancellationToken));
        (int Seconds, double? Rto)[] tests = [(1, 3), (2, null), (3, 4), (4, 5), (5, 5), (6, 5), (7, 5)];
        foreach (var (seconds, rto) in tests)
        {
            await Room.Tests.QueueAsync(Asked, "a", CancellationToken);
            var claimed = await ClaimAsync();
            var evidence = Evidence(claimed, Verdict.Passed) with
            {
                Phases = [new DrillPhase("fetch", seconds, 100)],
                Rto = new Objective(10, rto, null),
            };
            Assert.True(await Room.Tests.FinishAsync(claimed, evidence, null, CancellationToken));
        }

        var phases = await Room.Tests.LastPhasesAsync("main", CancellationToken);

        Assert.Equal([7d, 6, 5, 4, 3], phases?.Select(phase => phase.Seconds) ?? []);
        Assert.Null(await Room.Tests.LastPhasesAsync("other", CancellationToken));
    }

    [Fact]
    public async Task A_finished_test_keeps_its_evidence_and_is_listed_newest_first_page_by_page()
    {
        List<Guid> ids = [];
        for (var number = 0; number < 3; number++)
        {
            await Room.Tests.QueueAsync(Asked, "a", CancellationToken);
            var claimed = await ClaimAsync();
            Assert.True(
                await Room.Tests.FinishAsync(claimed, Evidence(claimed, Verdict.Passed), null, CancellationToken));
            // An answer may get lost after the commit.
            Assert.True(
                await Room.Tests.FinishAsync(claimed, Evidence(claimed, Verdict.Passed), null, CancellationToken));
            ids.Add(claimed.Test.Id);
        }

        var first = await Room.Tests.ListAsync(null, new PageRequest(2, null), CancellationToken);
        Assert.True(Cursor.TryParse(first.NextCursor, out var before));
        var second = await Room.Tests.ListAsync(null, new PageRequest(2, before), CancellationToken);

        Assert.Equal(Enumerable.Reverse(ids), first.Data.Concat(second.Data).Select(test => test.Id));
        Assert.Null(second.NextCursor);
        Assert.All(first.Data, test => Assert.Null(test.Evidence));
        Assert.Equal(12.5, (await FindAsync(ids[0])).Evidence?.Rto.ActualSeconds);
        Assert.Empty((await Room.Tests.ListAsync("other", new PageRequest(2, null), CancellationToken)).Data);
        Assert.Equal(
            Enumerable.Reverse(ids), (await Room.Tests.EarlierAsync(
                "main", DrillMethod.Physical, 10, CancellationToken)).Select(evidence => evidence.TestId));
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"server":"main","method":"logical"}""", null)]
    [InlineData("""{"target":{"kind":"newest"}}""", null)]
    [InlineData("""{"target":{"kind":"time","value":"2026-01-31T12:00:00Z"}}""", null)]
    [InlineData("""{"target":{"kind":"lsn","value":"16/B374D848"}}""", null)]
    [InlineData("""{"server":"elsewhere"}""", "server")]
    [InlineData("""{"method":"hope"}""", "method")]
    [InlineData("""{"target":{"kind":"latest"}}""", "target.kind")]
    [InlineData("""{"target":{"kind":"time","value":"2026-01-31T12:00:00"}}""", "target.value")]
    [InlineData("""{"target":{"kind":"lsn","value":"here"}}""", "target.value")]
    [InlineData("""{"target":{"kind":"newest","value":"x"}}""", "target.value")]
    [InlineData("""{"method":"logical","target":{"kind":"newest"}}""", "target")]
    [InlineData("""{"surprise":1}""", "surprise")]
    public void A_request_is_read_or_its_wrong_field_named(string body, string? wrong)
    {
        using var json = JsonDocument.Parse(body);
        var read = NewRestoreTest.Read(json.RootElement, ["main"]);

        Assert.Equal(wrong is null, read.TryGet(out _, out var errors));
        if (wrong is not null)
            Assert.Contains(wrong, errors?.ToDictionary().Keys ?? []);
    }

    private async Task<ClaimedTest> ClaimAsync() =>
        await Room.Tests.ClaimAsync(null, CancellationToken) ?? throw new InvalidOperationException("nothing waits");

    private async Task<RestoreTest> FindAsync(Guid id) =>
        await Room.Tests.FindAsync(id, CancellationToken)
            ?? throw new InvalidOperationException("there is no such test");

    private static DrillEvidence Evidence(ClaimedTest claimed, Verdict verdict) => new()
    {
        TestId = claimed.Test.Id,
        Server = claimed.Test.Server,
        Method = claimed.Test.Method,
        Verdict = verdict,
        Reasons = [],
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        RequestedBy = "a",
        Phases = [],
        Checks = [],
        Rpo = new Objective(300, null, null),
        Rto = new Objective(3600, 12.5, null),
        TesterVersion = "1",
        Machine = "m",
        Teardown = "gone",
    };
}
