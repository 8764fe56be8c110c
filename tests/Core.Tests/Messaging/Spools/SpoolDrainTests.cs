using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Spools;

public sealed class SpoolDrainTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Other = "+15555550166";
    private const string Crisis = "I want to kill myself";

    private readonly SpoolFolder folder = new();
    private TextClinic? opened;

    private TextClinic Clinic => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await TextClinic.OpenAsync(postgres);

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return Clinic.DisposeAsync();
    }

    [Fact]
    public async Task Texts_of_each_member_are_taken_in_their_order()
    {
        Guid[] members = [await Clinic.EnrolAsync(), await Clinic.EnrolAsync(Other)];
        for (var i = 0; i < 50; i++)
        {
            folder.Append($"{i} 2 15 7.5 20", i % 2 == 0 ? TextClinic.Number : Other);
        }

        Assert.Equal(50, await folder.DrainAsync(Clinic.Database));

        Assert.Empty(folder.Waiting);
        for (var one = 0; one < 2; one++)
        {
            Assert.Equal(
                Enumerable.Range(0, 25).Select(i => $"{(2 * i) + one}"),
                await Clinic.QueryAsync(
                    $"SELECT adherence FROM check_ins WHERE member_id = '{members[one]}' ORDER BY id"));
        }
    }

    [Fact]
    public async Task Reply_that_the_webhook_did_not_have_goes_to_the_outbox()
    {
        var member = await Clinic.EnrolAsync();
        folder.Append("CHECKIN");
        folder.Append("80");
        await folder.DrainAsync(Clinic.Database);

        Assert.Equal(
            [$"reply reply_ask_adherence {member}", $"reply reply_ask_mood {member}"],
            await Clinic.QueryAsync("SELECT concat_ws(' ', class, template, member_id) FROM outbox ORDER BY id"));
    }

    [Fact]
    public async Task Crisis_that_was_answered_is_not_answered_twice_and_the_on_call_hear_of_it()
    {
        await Clinic.EnrolAsync();
        await Clinic.SetOnCallAsync("+15555550177");
        folder.Append(Crisis, isAnswered: true);
        await folder.DrainAsync(Clinic.Database);

        Assert.Equal(["crisis safety_alert"], await Clinic.QueryAsync("SELECT class || ' ' || template FROM outbox"));
        Assert.Equal(["safety critical"], await Clinic.QueryAsync("SELECT kind || ' ' || severity FROM alerts"));
    }

    [Fact]
    public async Task Text_that_was_taken_in_before_is_not_taken_in_again()
    {
        await Clinic.EnrolAsync();
        var text = folder.Append("80 2 15 7.5 20");
        await Clinic.Inbox.ReceiveAsync(text, answered: true, CancellationToken);
        await folder.DrainAsync(Clinic.Database);

        Assert.Empty(folder.Waiting);
        Assert.Equal("1 0", await Clinic.ScalarAsync(
            "SELECT (SELECT count(*) FROM check_ins) || ' ' || (SELECT count(*) FROM outbox)"));
    }

    [Fact]
    public async Task File_that_cannot_be_read_holds_up_no_other()
    {
        await Clinic.EnrolAsync();
        folder.Append("80 2 15 7.5 20");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "0-damaged.text"), "k1\n?", CancellationToken);
        folder.Append("81 2 15 7.5 20");

        Assert.Equal(2, await folder.DrainAsync(Clinic.Database));
        Assert.Equal("0-damaged.text", Path.GetFileName(Assert.Single(folder.Rejected)));
        Assert.Equal(["80", "81"], await Clinic.QueryAsync("SELECT adherence FROM check_ins ORDER BY id"));
    }

    [Fact]
    public async Task Drain_stops_while_the_database_is_away_and_goes_on_later()
    {
        await Clinic.EnrolAsync();
        folder.Append("80 2 15 7.5 20");
        folder.Append("81 2 15 7.5 20");
        await using var away = DatabaseServices.CreateDataSource(
            "Host=127.0.0.1;Port=1;Username=x;Password=x;Database=x");

        Assert.Equal(0, await folder.DrainAsync(away));
        Assert.Equal(2, folder.Waiting.Count);
        Assert.Equal(2, await folder.DrainAsync(Clinic.Database));
        Assert.Equal(["80", "81"], await Clinic.QueryAsync("SELECT adherence FROM check_ins ORDER BY id"));
    }

    [Fact]
    public async Task Text_that_the_database_will_never_take_is_laid_aside_and_holds_up_no_other()
    {
        await Clinic.EnrolAsync();
        folder.Append("80 2 15 7.5 20");
        folder.Append("81 2 15 7.5 20");
        await Clinic.ExecuteAsync("ALTER TABLE check_ins ADD CONSTRAINT never CHECK (adherence <> 80)");

        Assert.Equal(1, await folder.DrainAsync(Clinic.Database));
        Assert.Single(folder.Rejected);
        Assert.Equal(["81"], await Clinic.QueryAsync("SELECT adherence FROM check_ins"));
    }

    [Fact]
    public async Task Drain_that_fails_halfway_keeps_the_rest()
    {
        await Clinic.EnrolAsync();
        folder.Append("80 2 15 7.5 20");
        folder.Append("81 2 15 7.5 20");
        await Clinic.ExecuteAsync("""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.adherence = 81 THEN RAISE EXCEPTION 'no' USING ERRCODE = '57P03'; END IF; RETURN NEW;
            END $$;
            CREATE TRIGGER fail BEFORE INSERT ON check_ins FOR EACH ROW EXECUTE FUNCTION fail();
            """);
        await folder.DrainAsync(Clinic.Database);

        Assert.Single(folder.Waiting);
        await Clinic.ExecuteAsync("DROP TRIGGER fail ON check_ins");
        Assert.Equal(1, await folder.DrainAsync(Clinic.Database));
        Assert.Equal(["80", "81"], await Clinic.QueryAsync("SELECT adherence FROM check_ins ORDER BY id"));
    }

    [Fact]
    public async Task Drains_at_once_take_each_text_once()
    {
        await Clinic.EnrolAsync();
        for (var i = 0; i < 40; i++)
        {
            folder.Append($"{i} 2 15 7.5 20");
        }

        var taken = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => folder.DrainAsync(Clinic.Database), CancellationToken)));

        Assert.Equal(40, taken.Sum());
        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => $"{i}"),
            await Clinic.QueryAsync("SELECT adherence FROM check_ins ORDER BY id"));
    }

    [Fact]
    public async Task Drain_whose_turn_comes_when_nothing_waits_any_more_takes_nothing()
    {
        await Clinic.EnrolAsync();
        folder.Append("80 2 15 7.5 20");
        await using var narrow = DatabaseServices.CreateDataSource($"{Clinic.Url};Maximum Pool Size=1");
        var held = await narrow.OpenConnectionAsync(CancellationToken);
        var late = folder.DrainAsync(narrow);

        Assert.Equal(1, await folder.DrainAsync(Clinic.Database));
        await held.DisposeAsync();
        Assert.Equal(0, await late);
    }

    [Fact]
    public async Task Door_keeps_a_text_behind_one_that_waits_and_answers_a_crisis_at_once()
    {
        await Clinic.EnrolAsync();
        folder.Append("CHECKIN");
        var door = new TextDoor(Clinic.Inbox, folder.Open(), TimeProvider.System, NullLogger<TextDoor>.Instance);

        var answer = await door.ReceiveAsync(new("SMa", TextClinic.Number, "80"), CancellationToken);
        var crisis = await door.ReceiveAsync(new("SMb", TextClinic.Number, Crisis), CancellationToken);
        await folder.DrainAsync(Clinic.Database);

        Assert.Equal(new("spooled", null), answer);
        Assert.Equal(new("spooled", ReplyTexts.Find(ReplyName.Crisis, "en", "")), crisis);
        Assert.Equal(
            ["guided", "answer", "crisis"],
            await Clinic.QueryAsync("SELECT outcome FROM inbound_texts ORDER BY received_at"));
    }
}
