namespace RecoveryOS.Core.Backups;

/// <summary>
/// A backup, restore or test could not be done for a reason that an operator can act on. The message is one sentence
/// for them, without secrets; the code is a short word for metrics and the catalogue of runs.
/// </summary>
public sealed class BackupException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>
    /// Such as <c>disk_full</c>, <c>store_unavailable</c>, <c>wrong_major_version</c>, <c>slot_lost</c>.
    /// </summary>
    public string Code => code;
}
