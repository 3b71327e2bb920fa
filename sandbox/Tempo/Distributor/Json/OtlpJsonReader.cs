using TempoCos.Otlp;
using TempoCos.Tempo.Distributor.Export;
using Status = TempoCos.Otlp.Status;

namespace TempoCos.Tempo.Distributor.Json;

/// <summary>
/// OTLP's JSON: like protobuf's, but ids are hexadecimal. Read as leniently as the collector does: unknown fields, snake_case names,
/// numbers as strings, enums by name or number.
/// </summary>
public static class OtlpJsonReader
{
    /// <exception cref="MalformedExportException">Not JSON, or not of this shape.</exception>
    public static ExportTraceServiceRequest Read(ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json);
        var request = new ExportTraceServiceRequest();
        while (cursor.NextField() is { } name)
        {
            if (name is "resourceSpans" or "resource_spans")
            {
                for (var inside = false; cursor.NextElement(ref inside);)
                {
                    request.ResourceSpans.Add(ReadBatch(ref cursor));
                }
            }
            else
            {
                cursor.Skip();
            }
        }

        return request;
    }

    private static ResourceSpans ReadBatch(ref JsonCursor cursor)
    {
        var item = new ResourceSpans();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "resource": item.Resource = ReadResource(ref cursor); break;
                case "scopeSpans" or "scope_spans":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.ScopeSpans.Add(ReadScopeSpans(ref cursor));
                    }

                    break;
                case "schemaUrl" or "schema_url": item.SchemaUrl = cursor.ReadString(); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }

    private static Resource ReadResource(ref JsonCursor cursor)
    {
        var item = new Resource();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "attributes":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Attributes.Add(AttributeJson.Read(ref cursor, 0));
                    }

                    break;
                case "droppedAttributesCount" or "dropped_attributes_count": item.DroppedAttributesCount = (uint)JsonScalars.Unsigned(ref cursor); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }

    private static ScopeSpans ReadScopeSpans(ref JsonCursor cursor)
    {
        var item = new ScopeSpans();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "scope": item.Scope = ReadScope(ref cursor); break;
                case "spans":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Spans.Add(ReadSpan(ref cursor));
                    }

                    break;
                case "schemaUrl" or "schema_url": item.SchemaUrl = cursor.ReadString(); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }

    private static InstrumentationScope ReadScope(ref JsonCursor cursor)
    {
        var item = new InstrumentationScope();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "name": item.Name = cursor.ReadString(); break;
                case "version": item.Version = cursor.ReadString(); break;
                case "attributes":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Attributes.Add(AttributeJson.Read(ref cursor, 0));
                    }

                    break;
                case "droppedAttributesCount" or "dropped_attributes_count": item.DroppedAttributesCount = (uint)JsonScalars.Unsigned(ref cursor); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }

    private static Span ReadSpan(ref JsonCursor cursor)
    {
        var item = new Span();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "traceId" or "trace_id": item.TraceId = JsonScalars.Hex(ref cursor, 16); break;
                case "spanId" or "span_id": item.SpanId = JsonScalars.Hex(ref cursor, 8); break;
                case "parentSpanId" or "parent_span_id": item.ParentSpanId = JsonScalars.Hex(ref cursor, 8); break;
                case "traceState" or "trace_state": item.TraceState = cursor.ReadString(); break;
                case "name": item.Name = cursor.ReadString(); break;
                case "kind": item.Kind = (Span.Types.SpanKind)JsonScalars.Enumeration(ref cursor, "SPAN_KIND_", typeof(Span.Types.SpanKind)); break;
                case "startTimeUnixNano" or "start_time_unix_nano": item.StartTimeUnixNano = JsonScalars.Unsigned(ref cursor); break;
                case "endTimeUnixNano" or "end_time_unix_nano": item.EndTimeUnixNano = JsonScalars.Unsigned(ref cursor); break;
                case "attributes":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Attributes.Add(AttributeJson.Read(ref cursor, 0));
                    }

                    break;
                case "droppedAttributesCount" or "dropped_attributes_count": item.DroppedAttributesCount = (uint)JsonScalars.Unsigned(ref cursor); break;
                case "events":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Events.Add(ReadEvent(ref cursor));
                    }

                    break;
                case "droppedEventsCount" or "dropped_events_count": item.DroppedEventsCount = (uint)JsonScalars.Unsigned(ref cursor); break;
                case "links":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Links.Add(ReadLink(ref cursor));
                    }

                    break;
                case "droppedLinksCount" or "dropped_links_count": item.DroppedLinksCount = (uint)JsonScalars.Unsigned(ref cursor); break;
                case "flags": item.Flags = (uint)JsonScalars.Unsigned(ref cursor); break;
                case "status": item.Status = ReadStatus(ref cursor); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }

    private static Span.Types.Event ReadEvent(ref JsonCursor cursor)
    {
        var item = new Span.Types.Event();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "timeUnixNano" or "time_unix_nano": item.TimeUnixNano = JsonScalars.Unsigned(ref cursor); break;
                case "name": item.Name = cursor.ReadString(); break;
                case "attributes":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Attributes.Add(AttributeJson.Read(ref cursor, 0));
                    }

                    break;
                case "droppedAttributesCount" or "dropped_attributes_count": item.DroppedAttributesCount = (uint)JsonScalars.Unsigned(ref cursor); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }

    private static Span.Types.Link ReadLink(ref JsonCursor cursor)
    {
        var item = new Span.Types.Link();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "traceId" or "trace_id": item.TraceId = JsonScalars.Hex(ref cursor, 16); break;
                case "spanId" or "span_id": item.SpanId = JsonScalars.Hex(ref cursor, 8); break;
                case "traceState" or "trace_state": item.TraceState = cursor.ReadString(); break;
                case "attributes":
                    for (var inside = false; cursor.NextElement(ref inside);)
                    {
                        item.Attributes.Add(AttributeJson.Read(ref cursor, 0));
                    }

                    break;
                case "droppedAttributesCount" or "dropped_attributes_count": item.DroppedAttributesCount = (uint)JsonScalars.Unsigned(ref cursor); break;
                case "flags": item.Flags = (uint)JsonScalars.Unsigned(ref cursor); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }

    private static Status ReadStatus(ref JsonCursor cursor)
    {
        var item = new Status();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "message": item.Message = cursor.ReadString(); break;
                case "code": item.Code = (Status.Types.StatusCode)JsonScalars.Enumeration(ref cursor, "STATUS_CODE_", typeof(Status.Types.StatusCode)); break;
                default: cursor.Skip(); break;
            }
        }

        return item;
    }
}
