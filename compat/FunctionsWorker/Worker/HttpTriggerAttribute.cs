using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Starts a function on an HTTP request.</summary>
public sealed class HttpTriggerAttribute : TriggerBindingAttribute
{
    public HttpTriggerAttribute()
    {
    }

    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    public HttpTriggerAttribute(params string[] methods) => Methods = methods;

    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
        : this(authLevel) => Methods = methods;

    public AuthorizationLevel AuthLevel { get; } = AuthorizationLevel.Function;

    /// <summary>The methods served, in any case; none means all.</summary>
    public string[]? Methods { get; }

    /// <summary>The route template below host.json's routePrefix; the function's name when null.</summary>
    public string? Route { get; set; }
}
