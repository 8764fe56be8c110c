using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace FunctionsWorker;

/// <summary>MVC's results, apart from the rest so that MVC is not loaded for a function that does without.</summary>
internal static class ActionResults
{
    public static bool Is(Type type) => type.IsAssignableTo(typeof(IActionResult));

    public static Task ExecuteAsync(object result, HttpContext http)
    {
        var context = new ActionContext(http, http.GetRouteData(), new ActionDescriptor());
        return ((IActionResult)result).ExecuteResultAsync(context);
    }
}
