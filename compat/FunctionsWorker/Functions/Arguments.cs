using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker;

/// <summary>Finds one argument of an invocation.</summary>
internal delegate object? Argument(Invocation invocation);

/// <summary>Decides once, at the start, where each parameter of a function comes from.</summary>
internal static class Arguments
{
    private static readonly Dictionary<Type, Func<string, object>> Parsers = new()
    {
        [typeof(string)] = text => text,
        [typeof(int)] = text => int.Parse(text, CultureInfo.InvariantCulture),
        [typeof(long)] = text => long.Parse(text, CultureInfo.InvariantCulture),
        [typeof(Guid)] = text => Guid.Parse(text),
        [typeof(bool)] = text => bool.Parse(text),
    };

    public static Argument Of(Function function, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(CancellationToken))
            return invocation => invocation.CancellationToken;
        if (type == typeof(FunctionContext))
            return invocation => invocation;
        if (type == typeof(TimerInfo) && function.Trigger is TimerTriggerAttribute)
            return invocation => invocation.Timer;
        if (function.Trigger is HttpTriggerAttribute trigger)
        {
            if (type == typeof(HttpRequest))
                return invocation => invocation.Http?.Request;
            if (RouteValue(trigger.Route, parameter) is { } routeValue)
                return routeValue;
        }

        throw new InvalidOperationException(
            $"Function {function.Name}: nothing binds its parameter {parameter.Name} of type {type.Name}.");
    }

    private static Argument? RouteValue(string? route, ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (route is null || parameter.Name is not { } name || !Parsers.TryGetValue(type, out var parse)
            || RoutePatternFactory.Parse(route).GetParameter(name) is not { } part)
            return null;

        var missing = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return invocation => invocation.Http?.GetRouteValue(name) is string text ? parse(text) : missing;
    }
}
