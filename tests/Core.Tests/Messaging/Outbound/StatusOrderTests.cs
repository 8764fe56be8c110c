using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>Words about a text come in any order and more than once; where they lead does not depend on it.</summary>
public sealed class StatusOrderTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] Path = ["accepted", "queued", "sending", "sent", "delivered"];

    private SentTexts? opened;

    private SentTexts Texts => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await SentTexts.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Texts.DisposeAsync();

    [Theory]
    [InlineData("accepted", "delivered")]
    [InlineData("sending", "sent")]
    public async Task All_720_orders_of_the_words_and_one_repeated_end_delivered(string state, string repeated)
    {
        await TellInEveryOrderAsync([.. Path, repeated], state);

        Assert.Equal(["delivered 720"], await Texts.StatesAsync());
        Assert.Equal(["5 720"], await EventsOfEachAsync());
    }

    [Fact]
    public async Task All_720_orders_with_every_word_repeated_many_times_at_once_end_delivered()
    {
        var random = new Random(20261124);
        var orders = Orders(["sent", .. Path]);
        var ids = await Texts.AddAsync(orders.Count, "sending");

        await Parallel.ForEachAsync(ids.Zip(orders), CancellationToken, async (one, _) =>
        {
            string[] words;
            lock (random)
            {
                words = [.. one.Second, .. random.GetItems(one.Second, 3)];
                random.Shuffle(words);
            }

            await Task.WhenAll(words.Select(word => Texts.TellAsync(one.First, word)));
        });

        Assert.Equal(["delivered 720"], await Texts.StatesAsync());
    }

    [Theory]
    [InlineData("delivered", "queued", "sent", "delivered", "failed", "undelivered", "teleported")]
    [InlineData("delivered", "sent", "delivered", "failed", "undelivered", "canceled")]
    [InlineData("undelivered", "sent", "failed", "undelivered", "canceled", "teleported")]
    [InlineData("failed", "accepted", "queued", "failed", "canceled", "scheduled")]
    [InlineData("canceled", "accepted", "queued", "canceled", "teleported", "scheduled")]
    [InlineData("sent", "accepted", "queued", "scheduled", "sent", "teleported")]
    public async Task All_orders_of_words_with_several_ends_end_in_the_same_state(
        string end, params string[] words)
    {
        await TellInEveryOrderAsync(words, "sending");

        Assert.Equal([$"{end} {Orders(words).Count}"], await Texts.StatesAsync());
    }

    [Fact]
    public async Task Words_about_two_attempts_in_any_order_end_where_the_model_says()
    {
        var random = new Random(4);
        string[] words = [.. Path, "delivered", "failed", "undelivered", "canceled", "read", "teleported"];
        var ids = await Texts.AddAsync(1_000, "unknown");
        var stories = ids.Select(_ => Enumerable.Range(0, random.Next(1, 8))
            .Select(_ => new ModelWord(random.Next(3) == 0, words[random.Next(words.Length)]))
            .Where(word => !word.IsOlder || word.Word is not ("delivered" or "read") || random.Next(4) == 0)
            .ToArray()).ToList();

        await Parallel.ForEachAsync(ids.Zip(stories), CancellationToken, async (one, _) =>
        {
            foreach (var word in one.Second)
            {
                await Texts.TellAsync(
                    one.First, word.Word, "30005", word.IsOlder ? SentTexts.Fence - 1 : SentTexts.Fence);
            }
        });

        var states = (await Texts.Clinic.QueryAsync("SELECT id || ' ' || state FROM outbox"))
            .Select(row => row.Split(' ')).ToDictionary(row => Guid.Parse(row[0]), row => row[1]);
        Assert.All(ids.Zip(stories), one => Assert.Equal(DeliveryModel.End("unknown", one.Second), states[one.First]));
        Assert.Equal(6, states.Values.Distinct().Count(state => state is not "unknown"));
    }

    private async Task TellInEveryOrderAsync(string[] words, string state)
    {
        var orders = Orders(words);
        var ids = await Texts.AddAsync(orders.Count, state);
        await Parallel.ForEachAsync(ids.Zip(orders), CancellationToken, async (one, _) =>
        {
            foreach (var word in one.Second)
            {
                Assert.IsNotType<StatusResult.NotOurs>(await Texts.TellAsync(one.First, word, Error(word)));
            }
        });
    }

    // A failure that nothing follows on.
    private static string? Error(string word) => word is "failed" or "undelivered" ? "30005" : null;

    private Task<IReadOnlyList<string>> EventsOfEachAsync() => Texts.Clinic.QueryAsync("""
        SELECT events || ' ' || count(*)
        FROM (SELECT count(*) AS events FROM message_events GROUP BY message_id) each
        GROUP BY events
        """);

    private static List<string[]> Orders(string[] words) => words.Length <= 1
        ? [words]
        : [.. words.SelectMany((word, i) => Orders([.. words[..i], .. words[(i + 1)..]])
            .Select(rest => (string[])[word, .. rest]))];
}
