namespace RecoveryOS.Bench.Texts;

/// <summary>How long texts waited for their answers.</summary>
/// <param name="errors">Not answered with TwiML, or not within 15 s.</param>
internal sealed class Latencies(IEnumerable<double> milliseconds, int errors)
{
    private readonly double[] sorted = [.. milliseconds.Order()];

    public int Texts => sorted.Length;

    public double P50Ms => Percentile(0.50);

    public double P95Ms => Percentile(0.95);

    public double P99Ms => Percentile(0.99);

    public double MaxMs => sorted[^1];

    public int Errors => errors;

    public Latencies With(Latencies other) => new(sorted.Concat(other.sorted), Errors + other.Errors);

    /// <summary>By nearest rank.</summary>
    private double Percentile(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
