using Azure;
using Azure.Identity;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>What the pipeline throws, for operators.</summary>
internal static class AzureFault
{
    /// <summary>Null: it says nothing of Azure.</summary>
    public static BackupException? Of(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        CredentialUnavailableException or AuthenticationFailedException => new(
            "azure_no_identity",
            "Azure gives no token: the service's identity is missing or may not sign in.",
            exception),
        RequestFailedException or AggregateException or OperationCanceledException or IOException =>
            new("azure_unavailable", "Azure Resource Manager does not answer.", exception),
        _ => null,
    };
}
