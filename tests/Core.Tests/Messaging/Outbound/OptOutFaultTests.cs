using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Core.Tests.Messaging.Providers;
using RecoveryOS.Simulators;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>Whatever goes wrong at both providers at once, who opted out gets nothing more by either.</summary>
public sealed class OptOutFaultTests(PostgresFixture postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Rounds = LongRun.Or(6, 20);
    private static readonly int Members = LongRun.Or(100, 200);

    private readonly Random random = new(20261128);
    private ProviderStage? stage;
    private TextOffice? opened;
    private TextRouter? routed;
    private StatusLedger? ledger;

    private ProviderStage Stage => stage ?? throw new InvalidOperationException("not opened");

    private TextOffice Office => opened ?? throw new InvalidOperationException("not opened");

    private TextRouter Router => routed ?? throw new InvalidOperationException("not opened");

    private StatusLedger Ledger => ledger ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stage = await ProviderStage.OpenAsync();
        opened = await TextOffice.OpenAsync(postgres);
        routed = new(
            [stage.Twilio, stage.Azure], opened.Clinic.Database, TimeProvider.System, NullLogger<TextRouter>.Instance);
        ledger = new(opened.Clinic.Database, routed, NullLogger<StatusLedger>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        Router.Dispose();
        await Office.DisposeAsync();
        await Stage.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_who_opted_out_is_texted_by_anyone_in_any_mix_of_faults()
    {
        await Office.EnrolAsync(Members);
        var database = Office.Clinic.Database;
        Dispatcher dispatcher = new(database, TextClinic.Cipher, Router, NullLogger<Dispatcher>.Instance);
        Reconciler reconciler = new(
            database, TextClinic.Cipher, Router, Ledger, TextClinic.Bell, NullLogger<Reconciler>.Instance);
        for (var round = 0; round < Rounds; round++)
        {
            await OptOutAsync(round);
            foreach (var textClass in Enum.GetValues<TextClass>())
            {
                await Office.QueueAsync(textClass);
            }

            var stopped = await StoppedAsync();
            var taken = Taken().ToHashSet();
            await SetFaultsAsync();
            for (var cycle = 0; cycle < 3; cycle++)
            {
                await dispatcher.RunAsync(CancellationToken);
                await PassAsync();
                await reconciler.RunAsync(CancellationToken);
            }

            var wronged = Taken().Except(taken).Where(text => stopped.Contains(text.To));
            Assert.Empty(wronged.Select(text => $"round {round}: {text.Sid}"));
        }

        var end = (await StoppedAsync()).Count;
        output.WriteLine(
            $"{Stage.TwilioServer.Count} by the first, {Stage.BackupServer.Count} by the second, {end} opted out");
        // All who wrote STOP, and some of the one in ten whom only the first provider knows to have opted out.
        Assert.InRange(end, (Members / 10) + 1, Members / 5);
        Assert.InRange(Stage.TwilioServer.Count, Members, int.MaxValue);
        Assert.InRange(Stage.BackupServer.Count, 1, int.MaxValue);
    }

    /// <summary>One in ten writes STOP, in one round or another.</summary>
    private async Task OptOutAsync(int round)
    {
        for (var member = round * 10; member < Members; member += Rounds * 10)
        {
            await Office.Clinic.TextAsync("STOP", TextOffice.Number(member));
        }
    }

    private async Task SetFaultsAsync()
    {
        Stage.TwilioServer.Faults = Mix() with
        {
            // Opted out with the first provider, which our ledger does not know yet.
            Refusals = Enumerable.Range(0, Members).Where(member => member % 10 == 8)
                .ToDictionary(TextOffice.Number, _ => "21610"),
        };
        Stage.BackupServer.Faults = Mix();
        await Office.Clinic.ExecuteAsync("UPDATE text_providers SET open_until = NULL, failures = 0");
        await Stage.TwilioServer.StopAsync();
        if (random.Next(3) > 0)
        {
            await Stage.TwilioServer.RestartAsync(CancellationToken);
        }
    }

    private Faults Mix() => new()
    {
        LostAnswers = Share(),
        LostRequests = Share(),
        TooMany = Share(),
        RetryAfterSeconds = null,
        ErrorsAfterTaking = Share(),
        ErrorsBeforeTaking = Share(),
        DroppedCallbacks = 1,
        StepMilliseconds = 1,
    };

    private double Share() => random.Next(2) * random.NextDouble() / 4;

    /// <summary>An hour goes by for whatever waits.</summary>
    private Task PassAsync() => Office.Clinic.ExecuteAsync("""
        UPDATE outbox
        SET attempted_at = attempted_at - interval '1 hour', looked_at = looked_at - interval '1 hour',
            due_at = least(due_at, now())
        WHERE state IN ('queued', 'unknown', 'accepted', 'sent')
        """);

    private IEnumerable<TakenText> Taken() => Stage.TwilioServer.Messages.Concat(Stage.BackupServer.Messages);

    private async Task<HashSet<string>> StoppedAsync()
    {
        var codes = await Office.Clinic.QueryAsync("""
            SELECT substring(display_code FROM 3) FROM members JOIN opt_outs USING (phone_hash) WHERE status = 'stopped'
            """);
        return [.. codes.Select(code => TextOffice.Number(int.Parse(code, null) - 1))];
    }
}
