using FunctionsWorker;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The HTTP side of an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The key under which the official worker keeps the HttpContext in Items.</summary>
    private const string ItemsKey = "HttpRequestContext";

    /// <summary>Null unless the function has an HTTP trigger.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context) => context switch
    {
        Invocation invocation => invocation.Http,
        _ => context.Items.TryGetValue(ItemsKey, out var item) ? item as HttpContext : null,
    };
}
