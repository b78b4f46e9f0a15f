"""A board made of pymodbus, contacts 0 and 3 closed: modbus_server.py tcp PORT | rtu DEVICE. Says "ready" and stays until it is stopped."""
import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer

kind, where = sys.argv[1:]
board = ModbusSlaveContext(
    co=ModbusSequentialDataBlock(0, [False] * 8),
    di=ModbusSequentialDataBlock(0, [True, False, False, True, False, False, False, False]),
    zero_mode=True,
)
context = ModbusServerContext(slaves={1: board}, single=False)


async def serve():
    if kind == "rtu":
        await StartAsyncSerialServer(context=context, framer=ModbusRtuFramer, port=where, baudrate=9600, timeout=1, defer_start=False)
    else:
        await StartAsyncTcpServer(context=context, address=("127.0.0.1", int(where)), defer_start=False)


async def main():
    serving = asyncio.create_task(serve())
    await asyncio.sleep(0.3)
    print("ready", flush=True)
    await serving


asyncio.run(main())
