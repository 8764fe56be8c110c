namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>
/// A server's catalogue is not as it was written: nothing in it can be trusted until somebody has looked.
/// </summary>
/// <param name="server">The target's name.</param>
/// <param name="sequence">The entry at which it breaks.</param>
/// <param name="reason">What is wrong, in words.</param>
public sealed class CatalogueException(string server, long sequence, string reason, Exception? cause = null)
    : Exception($"The catalogue of {server} is broken at entry {sequence}: {reason}.", cause)
{
    public string Server => server;

    public long Sequence => sequence;
}
