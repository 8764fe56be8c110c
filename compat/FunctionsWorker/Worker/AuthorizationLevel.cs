namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which host key a request needs; this worker keeps no keys and serves Anonymous only.</summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}
