using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A provider that loses answers, and callbacks that never come: what is made of it.</summary>
public sealed class LostAnswerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Each = 500;

    private readonly ForgetfulProvider provider = new();
    private SentTexts? opened;

    private SentTexts Texts => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await SentTexts.OpenAsync(postgres, provider);

    public ValueTask DisposeAsync() => Texts.DisposeAsync();

    [Fact]
    public async Task No_reminder_comes_twice_no_crisis_text_is_lost_and_all_end_within_two_cycles()
    {
        await QueueAsync();
        var dispatcher = new Dispatcher(
            Texts.Clinic.Database, TextClinic.Cipher, Texts.Router, NullLogger<Dispatcher>.Instance);

        await dispatcher.RunAsync(CancellationToken);
        for (var cycle = 0; cycle < 2; cycle++)
        {
            await Texts.Clinic.ExecuteAsync("UPDATE outbox SET attempted_at = attempted_at - interval '61 minutes'");
            while (await Texts.Reconciler.RunAsync(CancellationToken) > 0)
            {
            }

            await dispatcher.RunAsync(CancellationToken);
        }

        var ends = await Texts.Clinic.QueryAsync("""
            SELECT class || ' ' || state || ' ' || coalesce(error_code, '') || ' ' || count(*)
            FROM outbox GROUP BY class, state, error_code ORDER BY 1
            """);
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", ends));
        Assert.True(provider.Lost >= 50, "answers were lost");
        Assert.Equal("0", await Texts.Clinic.ScalarAsync(
            "SELECT count(*) FROM outbox WHERE state NOT IN ('delivered', 'failed')"));

        var crisis = await CopiesAsync("crisis");
        var reminders = await CopiesAsync("reminder");
        Assert.DoesNotContain(0, crisis);
        Assert.InRange(crisis.Count(copies => copies > 1), 0, Each / 20);
        Assert.DoesNotContain(reminders, copies => copies > 1);
    }

    /// <summary>Texts to as many numbers, in the afternoon of a member's clock, whenever this runs.</summary>
    private async Task QueueAsync()
    {
        // Etc/GMT+3 is three hours behind UTC.
        var behind = DateTimeOffset.UtcNow.Hour - 13;
        await Texts.Clinic.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"UPDATE members SET timezone = 'Etc/GMT{behind:+0;-0;+0}'"));
        var account = Guid.Parse(await Texts.Clinic.ScalarAsync("SELECT account_id FROM members"));
        var ids = (await Texts.AddAsync(Each, "queued", "crisis", age: 0))
            .Concat(await Texts.AddAsync(Each, "queued", "reminder", age: 0));
        await using var command = Texts.Clinic.Database.CreateCommand("""
            UPDATE outbox
            SET fence = 0, attempts = 0, attempted_at = NULL, provider = NULL,
                phone_ciphertext = number.ciphertext, phone_key_id = number.key_id, phone_hash = number.hash
            FROM unnest($1, $2, $3, $4) AS number (id, ciphertext, key_id, hash)
            WHERE outbox.id = number.id
            """);
        var numbers = ids.Select((id, i) => (id, Phone: TextClinic.Cipher.Seal(account, Number(i)))).ToList();
        command.Parameters.AddWithValue(numbers.Select(one => one.id).ToArray());
        command.Parameters.AddWithValue(numbers.Select(one => one.Phone.Ciphertext).ToArray());
        command.Parameters.AddWithValue(numbers.Select(one => one.Phone.KeyId).ToArray());
        command.Parameters.AddWithValue(numbers.Select(one => one.Phone.Hash).ToArray());
        Assert.Equal(2 * Each, await command.ExecuteNonQueryAsync(CancellationToken));
    }

    private static PhoneNumber Number(int i) => PhoneNumber.TryParse(
        string.Create(CultureInfo.InvariantCulture, $"+1555{5_000_000 + i}"), out var number)
        ? number
        : throw new FormatException("no number");

    private async Task<List<int>> CopiesAsync(string textClass) =>
    [
        .. (await Texts.Clinic.QueryAsync($"SELECT id FROM outbox WHERE class = '{textClass}'"))
            .Select(id => provider.Delivered.TryGetValue(Guid.Parse(id), out var copies) ? copies.Count : 0),
    ];
}
