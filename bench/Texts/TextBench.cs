using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Cli.Texts;

namespace RecoveryOS.Bench.Texts;

/// <summary>
/// The service for the whole time at one rate; the bare endpoint for half of it before and half after, on the same
/// cluster, so that a machine that slows down slows both.
/// </summary>
internal static class TextBench
{
    private const double WarmUpSeconds = 5;

    public static async Task<TextFigures> RunAsync(int rate, int seconds, CancellationToken cancellationToken)
    {
        await Say($"Starting PostgreSQL (fsync on) with {TextMembers.Count} members");
        await using var stage = await Stage.SetAsync(cancellationToken);
        await TextMembers.FillAsync(stage, cancellationToken);
        await using var service = await Contender.StartServiceAsync(stage, cancellationToken);
        await using var bare = await Contender.StartBareAsync(stage, cancellationToken);
        var account = TwilioAccount.Load(stage.Run);
        using var toService = new TwilioWebhook(service.Url, account);
        using var toBare = new TwilioWebhook(bare.Url, account);
        TextMix ofService = new();
        TextMix ofBare = new();

        await Say("Warming up");
        var warmUp = await OpenLoop.RunAsync(toService, ofService, rate, WarmUpSeconds, cancellationToken);
        await OpenLoop.RunAsync(toBare, ofBare, rate, WarmUpSeconds, cancellationToken);

        await Say($"{rate} texts/s to the bare endpoint, the service for {seconds} s, and the bare endpoint again");
        var before = await MeasureAsync(toBare, ofBare, seconds / 2.0);
        var measured = await MeasureAsync(toService, ofService, seconds);
        var after = await MeasureAsync(toBare, ofBare, seconds / 2.0);

        var recorded = await stage.CountAsync(
            "SELECT count(*) FROM check_ins WHERE channel = 'sms'", cancellationToken);
        var ofBoth = before.With(after);
        return new(
            rate, seconds, measured.P50Ms, measured.P95Ms, measured.P99Ms, measured.MaxMs,
            warmUp.Errors + measured.Errors + Math.Abs(ofService.CheckIns - recorded),
            ofService.CheckIns, recorded, measured.P95Ms / ofBoth.P95Ms, ofBoth);

        async Task<Latencies> MeasureAsync(TwilioWebhook twilio, TextMix mix, double length)
        {
            await stage.ExecuteAsync("CHECKPOINT", cancellationToken);
            return await OpenLoop.RunAsync(twilio, mix, rate, length, cancellationToken);
        }
    }

    private static Task Say(string line) => Console.Error.WriteLineAsync(line);
}
