using System.Reflection;

namespace FunctionsWorker.Tests.Api;

/// <summary>Writes types as C# does, with their namespaces and, where it is known, their nullability.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef && type.GetElementType() is { } referred)
            return Of(referred, nullability);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return $"{Of(value)}?";

        var mark = nullability?.ReadState is NullabilityState.Nullable ? "?" : "";
        if (type.GetElementType() is { } element)
            return $"{Of(element, nullability?.ElementType)}[]{mark}";
        return $"{(Keywords.TryGetValue(type, out var keyword) ? keyword : FullName(type, nullability))}{mark}";
    }

    public static string ShortName(Type type) => Named(type, null);

    private static string FullName(Type type, NullabilityInfo? nullability)
    {
        if (type.IsGenericParameter)
            return type.Name;
        return type.DeclaringType is { } outer
            ? $"{FullName(outer, null)}.{Named(type, nullability)}"
            : $"{type.Namespace}.{Named(type, nullability)}";
    }

    private static string Named(Type type, NullabilityInfo? nullability)
    {
        if (!type.IsGenericType)
            return type.Name;

        var arguments = type.GetGenericArguments().Select((argument, index) =>
            Of(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(index)));
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments)}>";
    }
}
