using Microsoft.AspNetCore.Http;

namespace FunctionsWorker;

/// <summary>Waits for what a method returned and keeps its value in the invocation.</summary>
internal delegate Task Finish(object? returned, Invocation invocation);

/// <summary>Reads what a function may return: nothing or a result, with a task around it or not.</summary>
internal static class ReturnValue
{
    public static void Check(Function function, Type type)
    {
        var value = Unwrap(type);
        if (value == typeof(void) || value.IsAssignableTo(typeof(IResult)) || ActionResults.Is(value))
            return;

        throw new InvalidOperationException(
            $"Function {function.Name} returns {value.Name}, which is neither an IResult nor an IActionResult.");
    }

    public static Finish Reader(Type type)
    {
        if (type == typeof(Task))
            return static (returned, _) => returned as Task ?? Task.CompletedTask;
        if (type == typeof(ValueTask))
            return static (returned, _) => returned is ValueTask task ? task.AsTask() : Task.CompletedTask;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return Close(OfTaskAsync<object>, type);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return Close(OfValueTaskAsync<object>, type);
        return static (returned, invocation) =>
        {
            invocation.Result = returned;
            return Task.CompletedTask;
        };
    }

    private static Type Unwrap(Type type) => type switch
    {
        _ when type == typeof(Task) || type == typeof(ValueTask) => typeof(void),
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(Task<>)
            || type.GetGenericTypeDefinition() == typeof(ValueTask<>) => type.GetGenericArguments()[0],
        _ => type,
    };

    /// <summary>The reader for this type's own T.</summary>
    private static Finish Close(Finish reader, Type type) =>
        reader.Method.GetGenericMethodDefinition()
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Finish>();

    private static async Task OfTaskAsync<T>(object? returned, Invocation invocation)
    {
        if (returned is Task<T> task)
            invocation.Result = await task;
    }

    private static async Task OfValueTaskAsync<T>(object? returned, Invocation invocation)
    {
        if (returned is ValueTask<T> task)
            invocation.Result = await task;
    }
}
