namespace RecoveryOS.Core.Backups;

/// <summary>How far long work is.</summary>
/// <param name="Phase">A word for what is being done, such as <c>backup</c>, <c>fetch</c>, <c>replay</c>.</param>
/// <param name="Bytes">Done so far in this phase.</param>
/// <param name="TotalBytes">An estimate of the phase's whole; null where nobody knows.</param>
public sealed record BackupProgress(string Phase, long Bytes, long? TotalBytes);
