using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Simulators;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class DispatcherKillTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private static readonly int Dispatchers = LongRun.Or(3, 10);
    private static readonly int Texts = LongRun.Or(600, 10_000);
    private static readonly int Kills = LongRun.Or(6, 200);
    private static readonly TwilioCredentials Account = new($"AC{1:D32}", "token");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispatchers_that_are_killed_lose_no_text_double_none_and_text_nobody_who_opted_out()
    {
        await using TwilioServer twilio = new(
            Account, new() { LostAnswers = 0.01, TooMany = 0.02, Slow = 0.2, SlowMilliseconds = 20, Delivers = false });
        await twilio.StartAsync(LocalPort.Free(), CancellationToken);
        await using var office = await TextOffice.OpenAsync(postgres);
        await office.EnrolAsync(Texts);
        await office.Clinic.ExecuteAsync("""
            INSERT INTO opt_outs SELECT phone_hash, 'stopped', 'SM1' FROM members WHERE right(display_code, 1) = '7'
            """);
        await office.QueueAsync(TextClass.Reminder, "check_in_reminder");

        var kills = await KillWhileTheySendAsync(office, twilio);
        await SettleAsync(office, twilio);

        var states = (await office.StatesAsync()).CountBy(state => state).ToDictionary();
        output.WriteLine(
            $"{kills} kills, {twilio.Count} taken, "
            + string.Join(", ", states.Select(state => $"{state.Value} {state.Key}")));
        Assert.Equal(Texts / 10, states["suppressed"]);
        Assert.Empty(states.Keys.Except(["accepted", "unknown", "suppressed"]));
        var taken = twilio.Messages.CountBy(text => text.MessageId ?? "").ToDictionary();
        var due = await office.Clinic.QueryAsync("SELECT id FROM outbox WHERE state <> 'suppressed'");
        Assert.DoesNotContain(due, id => !taken.ContainsKey(id));
        Assert.DoesNotContain(taken, pair => pair.Value > 1);
        Assert.Empty(taken.Keys.Except(due));
    }

    private static async Task<int> KillWhileTheySendAsync(TextOffice office, TwilioServer twilio)
    {
        List<DispatcherProcess> running = [];
        var kills = 0;
        try
        {
            while (kills < Kills && await IsWaitingAsync(office))
            {
                while (running.Count < Dispatchers)
                {
                    running.Add(DispatcherProcess.Start(office.Clinic.Url, twilio.Address, Account));
                }

                var victim = running[0];
                await victim.WaitUntilReadyAsync(CancellationToken);
                await Task.Delay(Random.Shared.Next(0, 400), CancellationToken);
                running.RemoveAt(0);
                await victim.KillAsync();
                kills++;
            }
        }
        finally
        {
            foreach (var dispatcher in running)
            {
                await dispatcher.KillAsync();
            }
        }

        return kills;
    }

    /// <summary>
    /// With nobody left, every lease is over: what the dead had handed over arrives, and what the provider then does
    /// not have goes back, as the reconciler would have it. One more dispatcher sends the rest.
    /// </summary>
    private static async Task SettleAsync(TextOffice office, TwilioServer twilio)
    {
        while (await office.Clinic.ScalarAsync("""
            SELECT count(*) FROM outbox WHERE attempted_at > clock_timestamp() - interval '5 seconds'
            """) != "0")
        {
            await Task.Delay(100, CancellationToken);
        }

        await office.Clinic.ExecuteAsync(
            "UPDATE outbox SET leased_until = now() - interval '1 second' WHERE state = 'sending'");
        await using (var connection = await office.Clinic.Database.OpenConnectionAsync(CancellationToken))
        {
            await Settling.ExpireAsync(connection, CancellationToken);
        }

        var taken = twilio.Messages.Select(text => $"'{text.MessageId}'").Append($"'{Guid.Empty}'");
        await office.Clinic.ExecuteAsync($"""
            UPDATE outbox SET state = 'queued'
            WHERE state = 'unknown' AND error_code = 'lease_expired' AND id NOT IN ({string.Join(",", taken)})
            """);
        await using var last = DispatcherProcess.Start(office.Clinic.Url, twilio.Address, Account);
        while (await IsWaitingAsync(office))
        {
            await Task.Delay(100, CancellationToken);
        }
    }

    private static async Task<bool> IsWaitingAsync(TextOffice office) =>
        await office.Clinic.ScalarAsync("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')") != "0";
}
