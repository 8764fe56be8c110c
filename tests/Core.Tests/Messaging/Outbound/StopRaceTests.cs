using System.Collections.Concurrent;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class StopRaceTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private static readonly int Numbers = LongRun.Or(1_000, 10_000);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_text_is_on_its_way_to_a_number_once_its_stop_is_committed()
    {
        await using var office = await TextOffice.OpenAsync(postgres);
        await office.EnrolAsync(Numbers);
        ConcurrentDictionary<string, bool> stopped = [];
        ConcurrentBag<string> violations = [];
        office.Provider.Answer = async text =>
        {
            Check("begins", text.To.E164);
            await Task.Delay(Random.Shared.Next(0, 4), CancellationToken);
            Check("is on its way", text.To.E164);
            return office.Provider.Accept();
        };

        var stops = Parallel.ForAsync(
            0, Numbers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (member, _) =>
            {
                var number = TextOffice.Number(member);
                await office.QueueAsync(member);
                await Task.Delay(Random.Shared.Next(0, 12), CancellationToken);
                await office.Clinic.Inbox.ReceiveAsync(
                    new(office.Clinic.NextSid(), number, "STOP"), true, CancellationToken);
                stopped[number] = true;
            });
        while (!stops.IsCompleted)
        {
            await Task.WhenAll(office.RunAsync(), office.RunAsync());
        }

        await stops;
        await office.RunAsync();

        Assert.Empty(violations);
        var states = (await office.StatesAsync()).CountBy(state => state).ToDictionary();
        output.WriteLine(string.Join(", ", states.Select(state => $"{state.Value} {state.Key}")));
        Assert.Equal(["accepted", "suppressed"], states.Keys.Order());
        Assert.Equal(office.Provider.Texts.Count, states["accepted"]);
        Assert.InRange(states["accepted"], Numbers / 20, Numbers * 19 / 20);

        void Check(string what, string number)
        {
            if (stopped.ContainsKey(number))
            {
                violations.Add($"a text {what} after the stop of {number}");
            }
        }
    }

    [Fact]
    public async Task Stop_waits_for_the_text_that_is_on_its_way()
    {
        await using var office = await TextOffice.OpenAsync(postgres);
        await office.EnrolAsync(1);
        await office.QueueAsync();
        TaskCompletionSource begun = new();
        TaskCompletionSource mayEnd = new();
        office.Provider.Answer = async _ =>
        {
            begun.SetResult();
            await mayEnd.Task;
            return office.Provider.Accept();
        };

        var run = office.RunAsync();
        await Task.WhenAny(run, begun.Task);
        var stop = office.Clinic.TextAsync("STOP", TextOffice.Number(0));
        while (await office.LocksAsync("NOT granted") == 0)
        {
            Assert.False(stop.IsCompleted);
            Assert.False(run.IsCompleted);
        }

        mayEnd.SetResult();
        await stop;
        await run;
        Assert.Equal("stopped", await office.Clinic.ScalarAsync("SELECT status FROM opt_outs"));
        Assert.Equal("accepted", await office.StateAsync());
        Assert.Equal(0, await office.LocksAsync());
    }
}
