using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Testing;
using static RecoveryOS.Core.Tests.Messaging.Providers.RouterStage;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

public sealed class DampingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly SendOutcome Accepted = new SendOutcome.Accepted("SM1", "queued");
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private RouterStage? opened;

    private RouterStage Stage => opened ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync() => opened = await RouterStage.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Stage.DisposeAsync();

    [Fact]
    public async Task With_the_provider_down_a_crisis_text_leaves_at_once_and_reminders_within_two_minutes()
    {
        var replicas = new[] { Stage.Replica(), Stage.Replica() };
        await Stage.Providers.TwilioServer.StopAsync();
        var (crisis, reminder) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var at = TimeSpan.Zero; at < TimeSpan.FromMinutes(3); at += Tick)
        {
            if (await TrySendAsync(replicas[1], TextClass.Crisis) == "azure" && at < crisis)
            {
                crisis = at;
            }

            if (await TrySendAsync(replicas[0], TextClass.Reminder) == "azure" && at < reminder)
            {
                reminder = at;
            }

            await Stage.PassAsync(Tick);
        }

        Assert.True(crisis < TimeSpan.FromSeconds(60), $"{crisis}");
        Assert.True(reminder < TimeSpan.FromMinutes(2), $"{reminder}");
        Assert.Equal("azure 100, twilio 0", await Stage.WeightsAsync());
    }

    [Fact]
    public async Task Once_the_provider_is_back_everything_returns_to_it_in_steps()
    {
        var router = Stage.Replica();
        await Stage.Providers.TwilioServer.StopAsync();
        await SendForAsync(router, TimeSpan.FromMinutes(3));
        Assert.Equal("azure", await TrySendAsync(router, TextClass.Reminder));

        await Stage.Providers.TwilioServer.RestartAsync(TestContext.Current.CancellationToken);
        var sentBy = await SendForAsync(router, TimeSpan.FromMinutes(15));

        Assert.Equal("twilio 100, azure 0", await Stage.WeightsAsync());
        Assert.Equal(["azure", "twilio"], Runs(sentBy).Select(run => run.By));
    }

    /// <summary>Up and down for an hour: never a second switch within 5 minutes, over all replicas.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(65)]
    [InlineData(100)]
    [InlineData(400)]
    public async Task Reminders_switch_at_most_once_in_five_minutes_however_a_provider_flaps(int seconds)
    {
        var replicas = new[] { Stage.Replica(), Stage.Replica(), Stage.Replica() };
        List<(TimeSpan At, string By)> sentBy = [];
        for (var at = TimeSpan.Zero; at < TimeSpan.FromHours(1); at += Tick)
        {
            var isDown = (int)(at.TotalSeconds / seconds) % 2 == 0;
            foreach (var replica in replicas)
            {
                if (await ChooseAsync(replica, TextClass.Reminder) is not { } chosen)
                {
                    continue;
                }

                var fails = isDown == (chosen == "twilio");
                await ReportAsync(replica, chosen, fails ? new SendOutcome.Unknown("timeout") : Accepted);
                if (!fails)
                {
                    sentBy.Add((at, chosen));
                }
            }

            await Stage.PassAsync(Tick);
        }

        var switches = Runs(sentBy).Skip(1).Select(run => run.From).ToList();
        Assert.All(switches.Zip(switches.Skip(1)), pair =>
            Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(5), $"{pair.First} and {pair.Second}"));
        Assert.NotEmpty(sentBy);
    }

    [Fact]
    public async Task Nobody_who_opted_out_at_the_provider_makes_it_look_bad()
    {
        var router = Stage.Replica();
        Stage.Providers.TwilioServer.Faults = new() { Refusals = new Dictionary<string, string> { ["*"] = "21610" } };
        for (var i = 0; i < 20; i++)
        {
            var textClass = i % 2 == 0 ? TextClass.Crisis : TextClass.Reminder;
            Assert.Equal("twilio", await TrySendAsync(router, textClass, takes: false));
            await Stage.PassAsync(Tick);
        }

        Assert.Equal("twilio 100, azure 0", await Stage.WeightsAsync());
        Assert.Equal(0, Stage.Providers.BackupServer.Requests);
    }

    private async Task<List<(TimeSpan At, string By)>> SendForAsync(TextRouter router, TimeSpan span)
    {
        List<(TimeSpan, string)> sentBy = [];
        for (var at = TimeSpan.Zero; at < span; at += Tick)
        {
            if (await TrySendAsync(router, TextClass.Reminder) is { } by)
            {
                sentBy.Add((at, by));
            }

            await Stage.PassAsync(Tick);
        }

        return sentBy;
    }

    /// <summary>Who took the text, or null when nobody did.</summary>
    private static async Task<string?> TrySendAsync(TextRouter router, TextClass textClass, bool takes = true)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        if (await router.ChooseAsync(textClass, except: null, cancellationToken) is not { } provider)
        {
            return null;
        }

        var outcome = await provider.SendAsync(ProviderStage.Text(textClass: textClass), cancellationToken);
        await router.ReportAsync(provider, textClass, outcome, TimeSpan.Zero, cancellationToken);
        return outcome is SendOutcome.Accepted == takes ? provider.Name : null;
    }

    /// <summary>Texts in a row by the same provider, and when each row began.</summary>
    private static List<(string By, TimeSpan From)> Runs(IEnumerable<(TimeSpan At, string By)> sentBy)
    {
        List<(string By, TimeSpan From)> runs = [];
        foreach (var (at, by) in sentBy)
        {
            if (runs is [] || runs[^1].By != by)
            {
                runs.Add((by, at));
            }
        }

        return runs;
    }
}
