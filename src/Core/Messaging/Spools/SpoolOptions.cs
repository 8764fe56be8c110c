namespace RecoveryOS.Core.Messaging.Spools;

/// <summary>Section <c>Spool</c>: where texts wait that come while the database is away.</summary>
public sealed class SpoolOptions
{
    public const string Section = "Spool";

    /// <summary>
    /// A folder on a disk that outlives the process; made when missing. Empty: there is no spool, and while the database
    /// is away the provider gets 503 and tries again.
    /// </summary>
    public string Folder { get; init; } = "";
}
