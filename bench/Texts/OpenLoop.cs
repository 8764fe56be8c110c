using System.Diagnostics;
using System.Net;
using RecoveryOS.Cli.Texts;

namespace RecoveryOS.Bench.Texts;

/// <summary>
/// Sends texts at a fixed rate, whether or not earlier ones were answered, and times each from the moment at which it
/// was due: a service that stalls is charged for every text that it kept waiting.
/// </summary>
internal static class OpenLoop
{
    public static async Task<Latencies> RunAsync(
        TwilioWebhook twilio, TextMix mix, int rate, double seconds, CancellationToken cancellationToken)
    {
        var texts = (int)(rate * seconds);
        List<Task<bool>> answers = new(texts);
        var milliseconds = new double[texts];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < texts; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / rate);
            while (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } wait)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), cancellationToken);
            answers.Add(SendAsync(i, due));
        }

        var taken = await Task.WhenAll(answers);
        return new(milliseconds, taken.Count(isTaken => !isTaken));

        async Task<bool> SendAsync(int index, TimeSpan due)
        {
            var isTaken = await IsTakenAsync(twilio, mix.Next(), cancellationToken);
            milliseconds[index] = (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
            return isTaken;
        }
    }

    /// <summary>Whether it was answered as Twilio wants it, within Twilio's 15 s.</summary>
    private static async Task<bool> IsTakenAsync(
        TwilioWebhook twilio, InboundText text, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await twilio.PostAsync(text, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK
                && answer.Content.Headers.ContentType?.MediaType is "application/xml"
                && body.Contains("<Response", StringComparison.Ordinal);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
