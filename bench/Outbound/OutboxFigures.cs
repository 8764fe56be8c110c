using System.Globalization;
using System.Text;

namespace RecoveryOS.Bench.Outbound;

/// <summary>What <c>bench outbox</c> found; medians of the rounds.</summary>
/// <param name="PerSecond">Texts a second of the dispatcher.</param>
/// <param name="BarePerSecond">Texts a second of the bare loop.</param>
/// <param name="FewWaiting">How many rows waited beside <paramref name="FewMs"/>.</param>
/// <param name="FewMs">Milliseconds for a text while few waited.</param>
/// <param name="ManyMs">Milliseconds for a text while many waited.</param>
internal sealed record OutboxFigures(
    int Texts, double PerSecond, double BarePerSecond, int FewWaiting, int ManyWaiting, double FewMs, double ManyMs)
{
    public const double LeastRatio = 0.8;
    public const double MostGrowth = 1.2;

    public double Ratio => PerSecond / BarePerSecond;

    public double Growth => ManyMs / FewMs;

    public bool IsMet => Ratio >= LeastRatio && Growth <= MostGrowth;

    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{"the dispatcher, texts/s",-36}{PerSecond,10:F0}"));
        text.AppendLine(Invariant($"{"bare loop, texts/s",-36}{BarePerSecond,10:F0}"));
        text.AppendLine(Invariant($"{$"ms for a text, {FewWaiting:N0} waiting",-36}{FewMs,10:F3}"));
        text.AppendLine(Invariant($"{$"ms for a text, {ManyWaiting:N0} waiting",-36}{ManyMs,10:F3}"));
        text.AppendLine();
        Target("dispatcher / bare loop", Ratio, $">= {LeastRatio}", Ratio >= LeastRatio);
        Target($"{ManyWaiting:N0} / {FewWaiting:N0} waiting", Growth, $"<= {MostGrowth}", Growth <= MostGrowth);
        return text.ToString().TrimEnd();

        void Target(string name, double value, FormattableString target, bool met) =>
            text.AppendLine(Invariant(
                $"{name,-36}{value,10:F2}   target {Invariant(target),-7} {(met ? "met" : "MISSED")}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
