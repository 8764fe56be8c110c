using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Core.Tests.Messaging.Providers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A provider that loses answers, and callbacks that never come: what is made of it.</summary>
public sealed class LostAnswerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Each = 500;

    private ProviderStage? stage;
    private SentTexts? opened;

    private SentTexts Texts => opened ?? throw new InvalidOperationException("not opened");

    private ProviderStage Stage => stage ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stage = await ProviderStage.OpenAsync(
            new() { LostAnswers = 0.03, LostRequests = 0.02, DroppedCallbacks = 1, StepMilliseconds = 1 });
        opened = await SentTexts.OpenAsync(postgres, stage.Twilio);
    }

    public async ValueTask DisposeAsync()
    {
        await Texts.DisposeAsync();
        await Stage.DisposeAsync();
    }

    [Fact]
    public async Task No_reminder_comes_twice_no_crisis_text_is_lost_and_all_end_within_two_cycles()
    {
        await QueueAsync();
        var dispatcher = new Dispatcher(
            Texts.Clinic.Database, TextClinic.Cipher, Texts.Router, NullLogger<Dispatcher>.Instance);

        await DispatchAsync(dispatcher);
        var lost = await Texts.Clinic.ScalarAsync("SELECT count(*) FROM outbox WHERE state = 'unknown'");
        for (var cycle = 0; cycle < 2; cycle++)
        {
            await UntilAllAreDeliveredAsync();
            // What comes back to the queue goes again without a fault: the last answer of a cycle may not be lost.
            Stage.TwilioServer.Faults = new() { DroppedCallbacks = 1, StepMilliseconds = 1 };
            await ReconcileAsync();
            await DispatchAsync(dispatcher);
        }

        var crisis = await CopiesAsync("crisis");
        var reminders = await CopiesAsync("reminder");
        Assert.InRange(int.Parse(lost, CultureInfo.InvariantCulture), 20, 100);
        Assert.Equal(
            [
                $"crisis delivered {Each}",
                $"reminder delivered {reminders.Count(copies => copies == 1)}",
                $"reminder failed {reminders.Count(copies => copies == 0)}",
            ],
            await Texts.Clinic.QueryAsync(
                "SELECT class || ' ' || state || ' ' || count(*) FROM outbox GROUP BY class, state ORDER BY 1"));
        Assert.DoesNotContain(0, crisis);
        Assert.InRange(crisis.Count(copies => copies > 1), 0, Each / 20);
        Assert.DoesNotContain(reminders, copies => copies > 1);
    }

    /// <summary>Until nothing waits. Three answers lost in a row open the circuit for a while, which goes by.</summary>
    private async Task DispatchAsync(Dispatcher dispatcher)
    {
        do
        {
            await Texts.Clinic.ExecuteAsync("UPDATE text_providers SET open_until = NULL, failures = 0");
            await Texts.Clinic.ExecuteAsync("UPDATE outbox SET due_at = now() WHERE state = 'queued'");
            await dispatcher.RunAsync(CancellationToken);
        }
        while (await Texts.Clinic.ScalarAsync("SELECT count(*) FROM outbox WHERE state = 'queued'") != "0");
    }

    /// <summary>
    /// An hour later for what a provider has; for what nobody knows of, as long after the attempt as it may be asked
    /// after.
    /// </summary>
    private async Task ReconcileAsync()
    {
        await Texts.Clinic.ExecuteAsync("""
            UPDATE outbox SET attempted_at = attempted_at - ago, looked_at = looked_at - ago
            FROM (VALUES (true, interval '20 seconds'), (false, '61 minutes')) AS wait (is_unknown, ago)
            WHERE is_unknown = (state = 'unknown')
            """);
        while (await Texts.Reconciler.RunAsync(CancellationToken) > 0)
        {
            // As many runs as it takes: each is bounded.
        }
    }

    private async Task UntilAllAreDeliveredAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (Stage.TwilioServer.Messages.Any(text => text.Status != "delivered"))
        {
            await Task.Delay(20, limit.Token);
        }
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

    /// <summary>How often each text of the class was taken by the provider.</summary>
    private async Task<List<int>> CopiesAsync(string textClass)
    {
        var taken = Stage.TwilioServer.Messages.CountBy(text => text.MessageId ?? "").ToDictionary();
        return
        [
            .. (await Texts.Clinic.QueryAsync($"SELECT id FROM outbox WHERE class = '{textClass}'"))
                .Select(id => taken.GetValueOrDefault(id)),
        ];
    }
}
