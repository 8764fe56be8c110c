using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Testing;
using static RecoveryOS.Core.Tests.Messaging.Providers.RouterStage;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

public sealed class TextRouterTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly SendOutcome Accepted = new SendOutcome.Accepted("SM1", "queued");

    private RouterStage? opened;

    private RouterStage Stage => opened ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync() => opened = await RouterStage.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Stage.DisposeAsync();

    [Fact]
    public async Task The_preferred_provider_carries_everything_while_it_works()
    {
        var router = Stage.Replica();

        foreach (var textClass in Enum.GetValues<TextClass>())
        {
            Assert.Equal("twilio", await ChooseAsync(router, textClass));
            Assert.Equal("azure", await ChooseAsync(router, textClass, except: "twilio"));
        }
    }

    [Fact]
    public async Task Without_a_backup_a_crisis_text_is_tried_whatever_happened_and_others_wait()
    {
        var router = Stage.Replica(Stage.Providers.Twilio);
        await FailAsync(router, "twilio");

        Assert.Equal("twilio", await ChooseAsync(router, TextClass.Crisis));
        Assert.Null(await ChooseAsync(router, TextClass.Crisis, except: "twilio"));
        Assert.Null(await ChooseAsync(router, TextClass.Reminder));
    }

    [Fact]
    public async Task The_third_failure_in_a_row_opens_the_circuit_for_all_replicas()
    {
        var router = Stage.Replica();
        var other = Stage.Replica();
        Assert.Equal("twilio", await ChooseAsync(other, TextClass.Crisis));
        await FailAsync(router, "twilio", times: 2);
        Assert.Equal("twilio", await ChooseAsync(router, TextClass.Crisis));

        await FailAsync(other, "twilio", times: 1);

        foreach (var replica in new[] { router, other, Stage.Replica() })
        {
            // What another replica saw is known within a second.
            await Stage.PassAsync(TimeSpan.FromSeconds(1));
            Assert.Equal("azure", await ChooseAsync(replica, TextClass.Crisis));
            Assert.Equal("azure", await ChooseAsync(replica, TextClass.Alert));
            Assert.Null(await ChooseAsync(replica, TextClass.Reply));
            Assert.Null(await ChooseAsync(replica, TextClass.Message));
            Assert.Null(await ChooseAsync(replica, TextClass.Reminder));
        }
    }

    [Fact]
    public async Task Failures_with_a_success_between_them_open_nothing()
    {
        var router = Stage.Replica();
        for (var i = 0; i < 10; i++)
        {
            await FailAsync(router, "twilio", times: 2);
            await ReportAsync(router, "twilio", Accepted);
        }

        Assert.Equal("twilio", await ChooseAsync(router, TextClass.Reminder));
    }

    [Theory]
    [InlineData("21610", false)]
    [InlineData("21211", false)]
    [InlineData("20429", false)]
    [InlineData("20003", true)]
    [InlineData("30002", true)]
    [InlineData("http_connect", true)]
    public async Task Only_what_speaks_of_the_provider_counts_against_it(string code, bool opens)
    {
        var router = Stage.Replica();
        for (var i = 0; i < 5; i++)
        {
            await ReportAsync(router, "twilio", new SendOutcome.Refused(code));
        }

        Assert.Equal(opens ? "azure" : "twilio", await ChooseAsync(router, TextClass.Crisis));
    }

    [Fact]
    public async Task Answers_that_come_late_count_as_failures()
    {
        var router = Stage.Replica();
        for (var i = 0; i < 3; i++)
        {
            await ReportAsync(router, "twilio", Accepted, took: TimeSpan.FromSeconds(6));
        }

        Assert.Equal("azure", await ChooseAsync(router, TextClass.Crisis));
    }

    [Fact]
    public async Task After_thirty_seconds_one_text_tries_the_provider_and_its_success_closes_the_circuit()
    {
        var replicas = new[] { Stage.Replica(), Stage.Replica(), Stage.Replica() };
        await FailAsync(replicas[0], "twilio");
        await Stage.PassAsync(TimeSpan.FromSeconds(31));

        var chosen = await Task.WhenAll(
            replicas.SelectMany(
                replica => Enumerable.Range(0, 20).Select(_ => ChooseAsync(replica, TextClass.Reminder))));

        Assert.Equal("twilio", Assert.Single(chosen, name => name is not null));
        Assert.Equal("azure", await ChooseAsync(replicas[1], TextClass.Crisis));
        await ReportAsync(replicas[0], "twilio", Accepted);
        Assert.Equal("twilio", await ChooseAsync(replicas[0], TextClass.Reminder));
        Assert.Equal("twilio", await ChooseAsync(replicas[0], TextClass.Crisis));
    }

    [Fact]
    public async Task A_failed_trial_opens_the_circuit_again()
    {
        var router = Stage.Replica();
        await FailAsync(router, "twilio");
        await Stage.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal("twilio", await ChooseAsync(router, TextClass.Reminder));
        await FailAsync(router, "twilio", times: 1);
        await Stage.PassAsync(TimeSpan.FromSeconds(29));

        Assert.Null(await ChooseAsync(router, TextClass.Reminder));
    }

    [Fact]
    public async Task Where_both_fail_nothing_moves_and_a_crisis_text_is_tried_all_the_same()
    {
        var router = Stage.Replica();
        await FailAsync(router, "twilio");
        await FailAsync(router, "azure");
        for (var i = 0; i < 20; i++)
        {
            await Stage.PassAsync(TimeSpan.FromSeconds(11));
            await FailAsync(router, "twilio", times: 1);
            await FailAsync(router, "azure", times: 1);
            Assert.Null(await ChooseAsync(router, TextClass.Reminder));
            Assert.NotNull(await ChooseAsync(router, TextClass.Crisis));
        }

        Assert.Equal("twilio 100, azure 0", await Stage.WeightsAsync());
    }
}
