namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// A PostgreSQL of ours that could not be found, made, started or stopped; the message is for the operator.
/// </summary>
public sealed class PostgresServerException : Exception
{
    public PostgresServerException(string message)
        : base(message)
    {
    }
}
