namespace RecoveryOS.Core.Backups.Telemetry;

/// <summary>The value of one series of a gauge.</summary>
/// <param name="Metric">One of <see cref="BackupGauges.All"/>.</param>
/// <param name="Labels">Name, value, name, value …</param>
internal sealed record BackupSample(string Metric, double Value, IReadOnlyList<string> Labels);
